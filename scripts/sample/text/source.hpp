#pragma once

#include "prelude.hpp"

namespace rill {

// An offset into a source text.
using Offset = std::uint32_t;

struct Place {
    Offset offset = 0;
};

struct LineColumn {
    std::size_t line;
    std::size_t column;
};

// A program's text, which knows where its lines begin.
class Source {
public:
    explicit Source(std::string text);

    const std::string& text() const { return text_; }
    std::size_t lines() const { return starts_.size(); }

    // Both from 1 on.
    LineColumn locate(Place place) const;

    // The line, without its end, counted from 1.
    std::string_view line(std::size_t number) const;

private:
    std::string text_;
    std::vector<Offset> starts_;
};

} // namespace rill
