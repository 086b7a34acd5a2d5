#pragma once

#include "prelude.hpp"

namespace rill {

// Counts what was checked and says what does not hold.
class Checks {
public:
    void group(const std::string& name);
    void that(bool holds, const std::string& what);

    template <class A, class B> void same(const A& found, const B& wanted, const std::string& what) {
        std::ostringstream out;
        out << what << "\n    wanted: " << wanted << "\n    found:  " << found;
        that(found == wanted, out.str());
    }

    // Runs the program in each way; all must give this value, or an error that has this text in it.
    void gives(const std::string& program, const std::string& value);
    void fails(const std::string& program, const std::string& error);

    bool good() const { return failed_ == 0; }
    void report(std::ostream& out) const;

private:
    std::string group_;
    std::size_t groups_ = 0;
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
};

void check_reading(Checks& checks);
void check_language(Checks& checks);
void check_code(Checks& checks);
void check_library(Checks& checks);
void check_programs(Checks& checks);
void check_random_programs(Checks& checks, std::uint32_t seed, int count);

} // namespace rill
