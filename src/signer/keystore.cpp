// SPDX-License-Identifier: MIT
#include "sniperforge/signer/keystore.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/solana/sha256.hpp"

namespace sniperforge::signer {
namespace {

constexpr std::string_view kMagic = "sniperforge-keystore ";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kDerivation = "argon2id13";
constexpr std::string_view kCipher = "xsalsa20poly1305";
constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;

static_assert(kKeystoreCostMin == KeystoreCost{crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
                                               crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE});
static_assert(kKeystoreCostDefault == KeystoreCost{crypto_pwhash_argon2id_OPSLIMIT_MODERATE,
                                                   crypto_pwhash_argon2id_MEMLIMIT_MODERATE});
static_assert(kKeystoreCostMax == KeystoreCost{crypto_pwhash_argon2id_OPSLIMIT_SENSITIVE,
                                               crypto_pwhash_argon2id_MEMLIMIT_SENSITIVE});

struct Keystore {
    Pubkey address;
    KeystoreCost cost;
    std::array<std::uint8_t, crypto_pwhash_argon2id_SALTBYTES> salt{};
    std::array<std::uint8_t, crypto_secretbox_xsalsa20poly1305_NONCEBYTES> nonce{};
    std::array<std::uint8_t, crypto_secretbox_xsalsa20poly1305_MACBYTES + solana::kSeedSize>
        ciphertext{};
};

[[nodiscard]] std::string checksum_line(std::string_view lines) {
    return fmt::format("checksum {}\n", hex_encode(solana::sha256({bytes_of(lines)}).bytes));
}

[[nodiscard]] std::string write(const Keystore& keystore) {
    const std::string lines = fmt::format(
        "{}{}\naddress {}\nkdf {}\nopslimit {}\nmemlimit {}\nsalt {}\ncipher {}\nnonce {}\n"
        "ciphertext {}\n",
        kMagic, kVersion, keystore.address.to_string(), kDerivation, keystore.cost.passes,
        keystore.cost.memory_bytes, hex_encode(keystore.salt), kCipher, hex_encode(keystore.nonce),
        hex_encode(keystore.ciphertext));
    return lines + checksum_line(lines);
}

[[nodiscard]] std::unexpected<Error> damaged(std::string_view what) {
    return fail(
        fmt::format("the keystore is damaged ({}): restore it from a copy; no passphrase "
                    "opens it as it is",
                    what));
}

// Takes lines off the front of a file.
class Lines {
 public:
    explicit Lines(std::string_view text) : rest_{text} {}

    // What stands behind `name` and a space; empty when the next line is another one.
    [[nodiscard]] std::string_view value(std::string_view name) {
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos || !rest_.starts_with(name) || end <= name.size() ||
            rest_[name.size()] != ' ') {
            return {};
        }
        const auto value = rest_.substr(name.size() + 1, end - name.size() - 1);
        rest_.remove_prefix(end + 1);
        return value;
    }
    [[nodiscard]] bool number(std::string_view name, std::uint64_t& out) {
        const auto text = value(name);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        return error == std::errc{} && end == text.data() + text.size();
    }
    [[nodiscard]] bool bytes(std::string_view name, std::span<std::uint8_t> out) {
        const auto decoded = hex_decode(value(name));
        if (!decoded || decoded->size() != out.size()) {
            return false;
        }
        std::ranges::copy(*decoded, out.begin());
        return true;
    }

 private:
    std::string_view rest_;
};

[[nodiscard]] Result<void> check_cost(const KeystoreCost& cost) {
    if (cost.passes < kKeystoreCostMin.passes || cost.passes > kKeystoreCostMax.passes) {
        return fail(
            fmt::format("the keystore's opslimit is {}, and {} to {} is accepted: less is guessed "
                        "too easily, more is not ours",
                        cost.passes, kKeystoreCostMin.passes, kKeystoreCostMax.passes));
    }
    if (cost.memory_bytes < kKeystoreCostMin.memory_bytes ||
        cost.memory_bytes > kKeystoreCostMax.memory_bytes || cost.memory_bytes % 1'024 != 0) {
        return fail(fmt::format(
            "the keystore's memlimit is {} bytes, and {} to {} in whole KiB is "
            "accepted: less is guessed too easily, more is not ours",
            cost.memory_bytes, kKeystoreCostMin.memory_bytes, kKeystoreCostMax.memory_bytes));
    }
    return {};
}

[[nodiscard]] Result<Keystore> parse(std::string_view text) {
    if (!is_keystore(text)) {
        return fail(fmt::format("this is no keystore: it does not begin with \"{}\"", kMagic));
    }
    const auto version = text.substr(kMagic.size(), text.find('\n') - kMagic.size());
    if (version != kVersion && version.size() < 8 && !version.empty() &&
        std::ranges::all_of(version, [](char c) { return c >= '0' && c <= '9'; })) {
        return fail(
            fmt::format("the keystore is of version {}, and this program reads version {}: use "
                        "the one that wrote it",
                        version, kVersion));
    }
    if (text.size() > kKeystoreBytesMax) {
        return damaged(fmt::format("it is longer than {} bytes", kKeystoreBytesMax));
    }
    const auto checksum_at = text.rfind("checksum ");
    if (checksum_at == std::string_view::npos) {
        return damaged("it ends before its checksum");
    }
    if (text.substr(checksum_at) != checksum_line(text.substr(0, checksum_at))) {
        return damaged("its checksum does not match");
    }
    Keystore keystore;
    Lines lines{text};
    const bool is_version = lines.value(kMagic.substr(0, kMagic.size() - 1)) == kVersion;
    const auto address = Pubkey::parse(lines.value("address"));
    if (!is_version || !address || lines.value("kdf") != kDerivation ||
        !lines.number("opslimit", keystore.cost.passes) ||
        !lines.number("memlimit", keystore.cost.memory_bytes) ||
        !lines.bytes("salt", keystore.salt) || lines.value("cipher") != kCipher ||
        !lines.bytes("nonce", keystore.nonce) || !lines.bytes("ciphertext", keystore.ciphertext)) {
        return damaged("a line is missing or unreadable");
    }
    keystore.address = *address;
    // One file, one text: no second spelling, no line of somebody else between ours.
    if (write(keystore) != text) {
        return damaged("it is not written as we write it");
    }
    if (auto checked = check_cost(keystore.cost); !checked) {
        return Err{checked.error()};
    }
    return keystore;
}

// A seeded generator would repeat nonces.
void fill_unpredictably(std::span<std::uint8_t> out) {
    randombytes_buf(out.data(), out.size());  // determinism-ok: the system's, never core's Rng
}

[[nodiscard]] Result<solana::SecretBuffer> derive(const Keystore& keystore,
                                                  std::string_view passphrase) {
    auto key = solana::SecretBuffer::allocate(crypto_secretbox_xsalsa20poly1305_KEYBYTES);
    if (!key) {
        return key;
    }
    if (crypto_pwhash_argon2id(key->bytes().data(), key->size(), passphrase.data(),
                               passphrase.size(), keystore.salt.data(), keystore.cost.passes,
                               keystore.cost.memory_bytes,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
        return fail(
            fmt::format("deriving the key of the keystore needs {} MiB of memory for a second, and "
                        "the system does not give them: free some, or raise this process's limit",
                        keystore.cost.memory_bytes / kMebibyte));
    }
    return key;
}

}  // namespace

bool is_keystore(std::string_view text) { return text.starts_with(kMagic); }

Result<void> check_passphrase(std::string_view passphrase) {
    if (passphrase.empty()) {
        return fail("the passphrase is empty: that would protect nothing");
    }
    if (passphrase.size() > kPassphraseBytesMax) {
        return fail(fmt::format("the passphrase is longer than {} bytes: is this the right file?",
                                kPassphraseBytesMax));
    }
    if (std::ranges::any_of(passphrase, [](char c) {
            return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
        })) {
        return fail("the passphrase is not one line of text without control characters");
    }
    return {};
}

Result<std::string> seal_keystore(const solana::Keypair& keypair, std::string_view passphrase,
                                  const KeystoreCost& cost) {
    if (auto checked = check_passphrase(passphrase); !checked) {
        return Err{checked.error()};
    }
    if (auto checked = check_cost(cost); !checked) {
        return Err{checked.error()};
    }
    const auto seed = export_seed(keypair);
    if (!seed) {
        return Err{seed.error()};
    }
    Keystore keystore;
    keystore.address = keypair.public_key();
    keystore.cost = cost;
    fill_unpredictably(keystore.salt);
    fill_unpredictably(keystore.nonce);
    const auto key = derive(keystore, passphrase);
    if (!key) {
        return Err{key.error()};
    }
    crypto_secretbox_easy(keystore.ciphertext.data(), seed->bytes().data(), seed->size(),
                          keystore.nonce.data(), key->bytes().data());
    return write(keystore);
}

Result<Pubkey> keystore_address(std::string_view text) {
    const auto keystore = parse(text);
    if (!keystore) {
        return Err{keystore.error()};
    }
    return keystore->address;
}

Result<solana::Keypair> open_keystore(std::string_view text, std::string_view passphrase) {
    const auto keystore = parse(text);
    if (!keystore) {
        return Err{keystore.error()};
    }
    if (auto checked = check_passphrase(passphrase); !checked) {
        return Err{checked.error()};
    }
    const auto key = derive(*keystore, passphrase);
    if (!key) {
        return Err{key.error()};
    }
    auto seed = solana::SecretBuffer::allocate(solana::kSeedSize);
    if (!seed) {
        return Err{seed.error()};
    }
    if (crypto_secretbox_open_easy(seed->bytes().data(), keystore->ciphertext.data(),
                                   keystore->ciphertext.size(), keystore->nonce.data(),
                                   key->bytes().data()) != 0) {
        return fail(
            "the passphrase does not open the keystore: it is another one, or the file was changed "
            "on purpose (its checksum is right, so this is no accident of the disk)");
    }
    auto keypair =
        solana::Keypair::from_seed(std::as_const(*seed).bytes().first<solana::kSeedSize>());
    if (keypair && keypair->public_key() != keystore->address) {
        return fail(
            fmt::format("the keystore says that it is of {}, and the key in it is of {}: somebody "
                        "changed it; nothing is signed with it",
                        keystore->address.to_string(), keypair->public_key().to_string()));
    }
    return keypair;
}

}  // namespace sniperforge::signer
