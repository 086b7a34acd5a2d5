static const unsigned char embedded[] = {
#embed "blob.bin" limit(8)
};
int embedded_size(void) { return sizeof embedded; }
#if __has_embed("blob.bin")
int has_embed;
#endif
