#pragma once

#include "prelude.hpp"

namespace rill {

// SHA-256 (FIPS 180-4), as hexadecimal digits.
std::string sha256(std::string_view bytes);

// CRC-32 as in gzip and PNG.
std::uint32_t crc32(std::string_view bytes);

} // namespace rill
