#include "library/digests.hpp"

#include "library/library.hpp"

namespace rill {

namespace {

using Word = std::uint32_t;

Word rotate(Word x, int by) { return x >> by | x << (32 - by); }

// The first 32 bits of the broken part of a root of a prime: how the standard defines its constants.
Word broken_part(long double root) { return static_cast<Word>((root - std::floor(root)) * 4294967296.0L); }

std::vector<int> first_primes(std::size_t count) {
    std::vector<int> primes;
    for (int n = 2; primes.size() < count; ++n) {
        if (std::none_of(primes.begin(), primes.end(), [n](int prime) { return n % prime == 0; })) {
            primes.push_back(n);
        }
    }
    return primes;
}

struct Constants {
    std::array<Word, 64> rounds{};
    std::array<Word, 8> start{};

    Constants() {
        const std::vector<int> primes = first_primes(64);
        for (std::size_t i = 0; i < 64; ++i) {
            rounds[i] = broken_part(std::cbrt(static_cast<long double>(primes[i])));
        }
        for (std::size_t i = 0; i < 8; ++i) {
            start[i] = broken_part(std::sqrt(static_cast<long double>(primes[i])));
        }
    }
};

const Constants& constants() {
    static const Constants all;
    return all;
}

void digest_block(std::array<Word, 8>& state, const unsigned char* block) {
    std::array<Word, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        w[i] = Word{block[4 * i]} << 24 | Word{block[4 * i + 1]} << 16 | Word{block[4 * i + 2]} << 8 | block[4 * i + 3];
    }
    for (std::size_t i = 16; i < 64; ++i) {
        const Word low = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        const Word high = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + low + w[i - 7] + high;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < 64; ++i) {
        const Word first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants().rounds[i] + w[i];
        const Word second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + first;
        d = c, c = b, b = a, a = first + second;
    }
    const std::array<Word, 8> round = {a, b, c, d, e, f, g, h};
    std::transform(state.begin(), state.end(), round.begin(), state.begin(), std::plus<>());
}

} // namespace

std::string sha256(std::string_view bytes) {
    std::string padded(bytes);
    padded += '\x80';
    padded.append((120 - padded.size() % 64) % 64, '\0');
    for (int shift = 56; shift >= 0; shift -= 8) {
        padded += static_cast<char>(std::uint64_t{bytes.size()} * 8 >> shift & 0xff);
    }
    std::array<Word, 8> state = constants().start;
    for (std::size_t at = 0; at < padded.size(); at += 64) {
        digest_block(state, reinterpret_cast<const unsigned char*>(padded.data()) + at);
    }
    std::ostringstream out;
    out << std::hex << std::setfill('0');
    for (const Word word : state) {
        out << std::setw(8) << word;
    }
    return out.str();
}

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xffffffff;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return ~crc;
}

void add_digests(Registry& registry) {
    registry.add("sha256", 1, [](const Wanted& wanted) { return Value(sha256(wanted.text(0))); });
    registry.add("crc32", 1, [](const Wanted& wanted) { return Value(Integer{crc32(wanted.text(0))}); });
}

} // namespace rill
