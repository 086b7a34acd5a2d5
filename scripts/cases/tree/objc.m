@interface Thing
+ (int)value;
@end
@implementation Thing
+ (int)value { return 42; }
@end
