#include "text/source.hpp"

namespace rill {

Source::Source(std::string text) : text_(std::move(text)), starts_{0} {
    for (Offset i = 0; i < text_.size(); ++i) {
        if (text_[i] == '\n') {
            starts_.push_back(i + 1);
        }
    }
}

LineColumn Source::locate(Place place) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), place.offset);
    const auto line = static_cast<std::size_t>(after - starts_.begin());
    return {line, place.offset - starts_[line - 1] + 1};
}

std::string_view Source::line(std::size_t number) const {
    const Offset begin = starts_.at(number - 1);
    const std::size_t end = number < starts_.size() ? starts_[number] - 1 : text_.size();
    return std::string_view(text_).substr(begin, end - begin);
}

} // namespace rill
