#pragma once

#include "text/source.hpp"

namespace rill {

// What is wrong with a program, found while reading or running it.
class Failure : public std::runtime_error {
public:
    explicit Failure(const std::string& what, std::optional<Place> place = std::nullopt) : std::runtime_error(what), place_(place) {}

    std::optional<Place> place() const { return place_; }

    // The same failure at a place, unless it has one.
    Failure at(Place place) const { return place_ ? *this : Failure(what(), place); }

private:
    std::optional<Place> place_;
};

// The failure with its line and a caret below, as a compiler shows it.
std::string describe(const Failure& failure, const Source& source);

} // namespace rill
