// SPDX-License-Identifier: MIT
#include "sniperforge/solana/keypair.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace sniperforge::solana {
namespace {

constexpr std::size_t kSecretSize = crypto_sign_SECRETKEYBYTES;
static_assert(kSecretSize == 64 && crypto_sign_SEEDBYTES == kSeedSize);
static_assert(crypto_sign_PUBLICKEYBYTES == Pubkey::kSize);
static_assert(crypto_sign_BYTES == Signature::kSize);

[[nodiscard]] bool is_crypto_ready() {
    static const bool ready = sodium_init() >= 0;
    return ready;
}

[[nodiscard]] bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Reads "[n, n, ...]" of exactly 64 numbers below 256. The count read is in the error: it says
// enough to find a truncated file without showing any of it.
[[nodiscard]] Result<void> read_key_array(std::string_view text, std::span<std::uint8_t> out) {
    const auto bad = [](std::size_t count) {
        return fail(
            fmt::format("the key is not a JSON array of {} numbers from 0 to 255 (read {}); "
                        "use a file that solana-keygen wrote",
                        kSecretSize, count));
    };
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto skip_space = [&] {
        while (at != end && is_space(*at)) {
            ++at;
        }
    };
    const auto accept = [&](char wanted) {
        skip_space();
        if (at == end || *at != wanted) {
            return false;
        }
        ++at;
        return true;
    };
    if (!accept('[')) {
        return bad(0);
    }
    for (std::size_t i = 0; i < kSecretSize; ++i) {
        if (i != 0 && !accept(',')) {
            return bad(i);
        }
        skip_space();
        const auto parsed = std::from_chars(at, end, out[i]);
        if (parsed.ec != std::errc{}) {
            return bad(i);
        }
        at = parsed.ptr;
    }
    if (!accept(']')) {
        return bad(kSecretSize);
    }
    skip_space();
    return at == end ? Result<void>{} : bad(kSecretSize);
}

}  // namespace

Result<void> initialise_crypto() {
    if (!is_crypto_ready()) {
        return fail("libsodium cannot start: the system's random source is not available");
    }
    return {};
}

Result<Keypair> Keypair::with_secret_memory() {
    auto secret = SecretBuffer::allocate(kSecretSize);
    if (!secret) {
        return Err{secret.error()};
    }
    Keypair keypair;
    keypair.secret_ = std::move(*secret);
    return keypair;
}

Result<Keypair> Keypair::generate() {
    auto keypair = with_secret_memory();
    if (keypair) {
        crypto_sign_keypair(keypair->public_key_.bytes.data(), keypair->secret_.bytes().data());
        keypair->secret_.make_read_only();
    }
    return keypair;
}

Result<Keypair> Keypair::from_seed(std::span<const std::uint8_t, kSeedSize> seed) {
    auto keypair = with_secret_memory();
    if (keypair) {
        crypto_sign_seed_keypair(keypair->public_key_.bytes.data(), keypair->secret_.bytes().data(),
                                 seed.data());
        keypair->secret_.make_read_only();
    }
    return keypair;
}

Result<Keypair> Keypair::from_json_array(std::string_view text) {
    auto secret = SecretBuffer::allocate(kSecretSize);
    if (!secret) {
        return Err{secret.error()};
    }
    if (auto read = read_key_array(text, secret->bytes()); !read) {
        return Err{read.error()};
    }
    const auto all = std::as_const(*secret).bytes().first<kSecretSize>();
    auto keypair = from_seed(all.first<kSeedSize>());
    if (keypair && !std::ranges::equal(all.subspan<kSeedSize>(), keypair->public_key_.bytes)) {
        return fail(
            fmt::format("the key's seed belongs to {}, but its second half says otherwise: "
                        "the file is damaged",
                        keypair->public_key_.to_string()));
    }
    return keypair;
}

Signature Keypair::sign(BytesView message) const {
    SF_ASSERT(!secret_.empty());  // Moved from.
    Signature signature;
    crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(),
                         secret_.bytes().data());
    return signature;
}

Result<SecretBuffer> export_seed(const Keypair& keypair) {
    SF_ASSERT(!keypair.secret_.empty());
    auto seed = SecretBuffer::allocate(kSeedSize);
    if (seed) {
        std::ranges::copy(keypair.secret_.bytes().first(kSeedSize), seed->bytes().begin());
    }
    return seed;
}

Result<SecretBuffer> export_keygen_json(const Keypair& keypair) {
    SF_ASSERT(!keypair.secret_.empty());
    // Three digits and a comma each, and the brackets.
    auto text = SecretBuffer::allocate(2 + 4 * kSecretSize);
    if (!text) {
        return text;
    }
    char* const begin = reinterpret_cast<char*>(text->bytes().data());
    char* const end = begin + text->size();
    char* at = begin;
    for (const std::uint8_t byte : keypair.secret_.bytes()) {
        *at = at == begin ? '[' : ',';
        ++at;
        at = std::to_chars(at, end, static_cast<unsigned>(byte)).ptr;
    }
    *at++ = ']';
    text->shrink(static_cast<std::size_t>(at - begin));
    return text;
}

bool verify(const Pubkey& key, BytesView message, const Signature& signature) {
    return is_crypto_ready() && crypto_sign_verify_detached(signature.bytes.data(), message.data(),
                                                            message.size(), key.bytes.data()) == 0;
}

}  // namespace sniperforge::solana
