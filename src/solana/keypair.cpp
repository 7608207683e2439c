// SPDX-License-Identifier: MIT
#include "sniperforge/solana/keypair.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
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

// Bytes of a secret on the stack, wiped on every way out.
struct SecretBytes {
    std::array<std::uint8_t, kSecretSize> bytes{};

    SecretBytes() = default;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes() { sodium_memzero(bytes.data(), bytes.size()); }
};

[[nodiscard]] bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Reads "[n, n, ...]" of exactly 64 numbers below 256. The count read is in the error: it says
// enough to find a truncated file without showing any of it.
[[nodiscard]] Result<void> read_key_array(std::string_view text, SecretBytes& out) {
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
        const auto parsed = std::from_chars(at, end, out.bytes[i]);
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
    if (auto ready = initialise_crypto(); !ready) {
        return Err{ready.error()};
    }
    Keypair keypair;
    // Guard pages around it, locked against swapping where RLIMIT_MEMLOCK allows, left out of core
    // dumps.
    keypair.secret_ = static_cast<std::uint8_t*>(sodium_malloc(kSecretSize));
    if (keypair.secret_ == nullptr) {
        return fail("no guarded memory for a key: raise the memory limit of this process");
    }
    return keypair;
}

Result<Keypair> Keypair::generate() {
    auto keypair = with_secret_memory();
    if (keypair) {
        crypto_sign_keypair(keypair->public_key_.bytes.data(), keypair->secret_);
        sodium_mprotect_readonly(keypair->secret_);
    }
    return keypair;
}

Result<Keypair> Keypair::from_seed(std::span<const std::uint8_t, kSeedSize> seed) {
    auto keypair = with_secret_memory();
    if (keypair) {
        crypto_sign_seed_keypair(keypair->public_key_.bytes.data(), keypair->secret_, seed.data());
        sodium_mprotect_readonly(keypair->secret_);
    }
    return keypair;
}

Result<Keypair> Keypair::from_json_array(std::string_view text) {
    SecretBytes secret;
    if (auto read = read_key_array(text, secret); !read) {
        return Err{read.error()};
    }
    const std::span<const std::uint8_t, kSecretSize> all{secret.bytes};
    auto keypair = from_seed(all.first<kSeedSize>());
    if (keypair && !std::ranges::equal(all.subspan<kSeedSize>(), keypair->public_key_.bytes)) {
        return fail(
            fmt::format("the key's seed belongs to {}, but its second half says otherwise: "
                        "the file is damaged",
                        keypair->public_key_.to_string()));
    }
    return keypair;
}

Keypair::Keypair(Keypair&& other) noexcept
    : secret_{std::exchange(other.secret_, nullptr)}, public_key_{other.public_key_} {}

Keypair& Keypair::operator=(Keypair&& other) noexcept {
    if (this != &other) {
        wipe();
        secret_ = std::exchange(other.secret_, nullptr);
        public_key_ = other.public_key_;
    }
    return *this;
}

Keypair::~Keypair() { wipe(); }

void Keypair::wipe() noexcept {
    sodium_free(secret_);  // Zeroes before it unmaps; accepts null.
    secret_ = nullptr;
}

Signature Keypair::sign(BytesView message) const {
    SF_ASSERT(secret_ != nullptr);  // Moved from.
    Signature signature;
    crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(), secret_);
    return signature;
}

std::string export_keygen_json(const Keypair& keypair) {
    SF_ASSERT(keypair.secret_ != nullptr);
    std::string text;
    // All at once: growing would leave copies of the secret behind in freed memory.
    text.reserve(2 + 4 * kSecretSize);
    text.push_back('[');
    for (std::size_t i = 0; i < kSecretSize; ++i) {
        if (i != 0) {
            text.push_back(',');
        }
        std::array<char, 3> digits;
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                       static_cast<unsigned>(keypair.secret_[i]));
        text.append(digits.data(), end.ptr);
        sodium_memzero(digits.data(), digits.size());
    }
    text.push_back(']');
    return text;
}

bool verify(const Pubkey& key, BytesView message, const Signature& signature) {
    return is_crypto_ready() && crypto_sign_verify_detached(signature.bytes.data(), message.data(),
                                                            message.size(), key.bytes.data()) == 0;
}

}  // namespace sniperforge::solana
