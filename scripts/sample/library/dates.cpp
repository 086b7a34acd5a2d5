#include "library/library.hpp"

namespace rill {

namespace {

struct Date {
    Integer year;
    Integer month;
    Integer day;
};

bool is_leap(Integer year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

Integer days_in(Integer year, Integer month) {
    static constexpr std::array<Integer, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days.at(static_cast<std::size_t>(month - 1));
}

// Days since 1970-01-01, counted in years that begin with March, so that the leap day is the last of its year.
Integer day_number(const Date& date) {
    const Integer year = date.month <= 2 ? date.year - 1 : date.year;
    const Integer era = (year >= 0 ? year : year - 399) / 400;
    const Integer year_of_era = year - era * 400;
    const Integer month = (date.month + 9) % 12;
    const Integer day_of_year = (153 * month + 2) / 5 + date.day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

Date date_of(Integer number) {
    Date date{1970, 1, 1};
    date.year += number / 366 - (number < 0 ? 1 : 0);
    while (day_number({date.year + 1, 1, 1}) <= number) {
        ++date.year;
    }
    Integer rest = number - day_number(date);
    for (; rest >= days_in(date.year, date.month); ++date.month) {
        rest -= days_in(date.year, date.month);
    }
    date.day += rest;
    return date;
}

Date parse(const Wanted& wanted, std::size_t i) {
    const std::string& text = wanted.text(i);
    Date date{};
    char after_year = 0;
    char after_month = 0;
    std::istringstream in(text);
    in >> date.year >> after_year >> date.month >> after_month >> date.day;
    const bool read = !in.fail() && in.peek() == std::istringstream::traits_type::eof();
    date.month = std::abs(date.month);
    if (!read || after_year != '-' || after_month != '-' || text.size() != 10 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > days_in(date.year, date.month)) {
        wanted.fail(quote(text) + " is no date such as 2024-02-29");
    }
    return date;
}

std::string show_date(const Date& date) {
    std::ostringstream out;
    out << std::setfill('0') << std::setw(4) << date.year << '-' << std::setw(2) << date.month << '-' << std::setw(2) << date.day;
    return out.str();
}

} // namespace

void add_dates(Registry& registry) {
    registry.add("days_between", 2, [](const Wanted& wanted) {
        return Value(day_number(parse(wanted, 1)) - day_number(parse(wanted, 0)));
    });
    registry.add("add_days", 2, [](const Wanted& wanted) {
        if (std::abs(wanted.integer(1)) > 1'000'000) {
            wanted.fail("at most 1000000 days");
        }
        return Value(show_date(date_of(day_number(parse(wanted, 0)) + wanted.integer(1))));
    });
    registry.add("weekday", 1, [](const Wanted& wanted) {
        static constexpr std::array<const char*, 7> names = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
        const Integer days = day_number(parse(wanted, 0)) + 3;
        return Value(std::string(names.at(static_cast<std::size_t>((days % 7 + 7) % 7))));
    });
    registry.add("is_leap", 1, [](const Wanted& wanted) { return Value(is_leap(wanted.integer(0))); });
}

} // namespace rill
