#include "test/checks.hpp"

#include "run/session.hpp"

namespace rill {

void Checks::group(const std::string& name) {
    group_ = name;
    ++groups_;
}

void Checks::that(bool holds, const std::string& what) {
    ++(holds ? passed_ : failed_);
    if (!holds) {
        std::cerr << "FAILED " << group_ << ": " << what << '\n';
    }
}

void Checks::gives(const std::string& program, const std::string& value) {
    for (const Way way : {Way::Walked, Way::Compiled, Way::Optimised}) {
        const Outcome outcome = run(Source(program), way);
        same(outcome.error + outcome.value, value, program);
    }
}

void Checks::fails(const std::string& program, const std::string& error) {
    for (const Way way : {Way::Walked, Way::Compiled, Way::Optimised}) {
        const Outcome outcome = run(Source(program), way);
        that(outcome.error.find(error) != std::string::npos, program + "\n    wanted: " + error + "\n    found:  " + outcome.error);
    }
}

void Checks::report(std::ostream& out) const {
    out << "rill: " << passed_ << " checks passed, " << failed_ << " failed, in " << groups_ << " groups\n";
}

} // namespace rill
