#include "text/failure.hpp"

namespace rill {

std::string describe(const Failure& failure, const Source& source) {
    std::ostringstream out;
    if (!failure.place()) {
        out << "error: " << failure.what() << '\n';
        return out.str();
    }
    const auto [line, column] = source.locate(*failure.place());
    out << line << ':' << column << ": error: " << failure.what() << '\n';
    out << std::setw(5) << line << " | " << source.line(line) << '\n';
    out << std::string(5, ' ') << " | " << std::string(column - 1, ' ') << "^\n";
    return out.str();
}

} // namespace rill
