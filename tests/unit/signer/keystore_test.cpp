// SPDX-License-Identifier: MIT
// Sealing and opening take 0.1 s here, at the least cost that the format accepts.
#include "sniperforge/signer/keystore.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>

#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/solana/sha256.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using test::keypair_of;

constexpr std::string_view kPassphrase = "correct horse battery staple";

std::string checksummed(std::string lines) {
    lines.erase(std::min(lines.rfind("checksum "), lines.size()));
    return lines + "checksum " + hex_encode(solana::sha256(bytes_of(lines)).bytes) + "\n";
}

// The same file with another value behind `name`, as somebody writes it who knows the format.
std::string with(std::string text, std::string_view name, std::string_view value) {
    const auto at = text.find(fmt::format("\n{} ", name));
    EXPECT_NE(at, std::string::npos);
    const auto begin = at + name.size() + 2;
    text.replace(begin, text.find('\n', begin) - begin, value);
    return checksummed(std::move(text));
}

std::string value_of(std::string_view text, std::string_view name) {
    const auto begin = text.find(fmt::format("\n{} ", name)) + name.size() + 2;
    return std::string{text.substr(begin, text.find('\n', begin) - begin)};
}

// Any keystore serves most tests, and sealing is slow on purpose.
const std::string& sealed() {
    static const std::string text =
        seal_keystore(keypair_of(1), kPassphrase, kKeystoreCostMin).value();
    return text;
}

std::string error_of(std::string_view text, std::string_view passphrase = kPassphrase) {
    const auto opened = open_keystore(text, passphrase);
    return opened ? "" : opened.error().text;
}

bool is_in(std::string_view part, std::string_view text) {
    return text.find(part) != std::string_view::npos;
}

TEST(Keystore, GivesBackAKeyThatSignsAsTheOriginal) {
    const auto opened = open_keystore(sealed(), kPassphrase);
    ASSERT_TRUE(opened) << opened.error().text;
    const solana::Keypair original = keypair_of(1);
    EXPECT_EQ(opened->public_key(), original.public_key());
    EXPECT_EQ(opened->sign(bytes_of("message")), original.sign(bytes_of("message")));
    EXPECT_TRUE(opened->is_locked());
}

TEST(Keystore, ShowsItsAddressWithoutThePassphrase) {
    EXPECT_EQ(keystore_address(sealed()).value(), keypair_of(1).public_key());
    EXPECT_TRUE(is_keystore(sealed()));
    EXPECT_FALSE(is_keystore("[1,2,3]"));
}

// Written by a few lines of C that call libsodium, and Python's SHA-256: the format is what its
// header says, and what is sealed today opens for as long as there is a version 1.
TEST(Keystore, OpensAFileOfTheFirstVersion) {
    const auto opened = open_keystore(
        "sniperforge-keystore 1\n"
        "address FAe4sisG95oZ42w7buUn5qEE4TAnfTTFPiguZUHmhiF\n"
        "kdf argon2id13\n"
        "opslimit 2\n"
        "memlimit 67108864\n"
        "salt 404142434445464748494a4b4c4d4e4f\n"
        "cipher xsalsa20poly1305\n"
        "nonce 808182838485868788898a8b8c8d8e8f9091929394959697\n"
        "ciphertext "
        "233c6ec168d7fbaff8aaa46e77be246ed9f0f07580e49a1056791f5ae5443e32d60e79fd0467ee9152c76787c0"
        "cb63af\n"
        "checksum 01c28c7fff34e42501c575f754c89e1966e13e146786e3dc79f12a13cf1ed1d9\n",
        kPassphrase);
    ASSERT_TRUE(opened) << opened.error().text;
    std::array<std::uint8_t, solana::kSeedSize> seed{};
    std::iota(seed.begin(), seed.end(), std::uint8_t{0});
    EXPECT_EQ(opened->public_key(), solana::Keypair::from_seed(seed)->public_key());
}

TEST(Keystore, HasNothingOfTheSecretInItAndIsDifferentEachTime) {
    const auto seed = export_seed(keypair_of(1));
    EXPECT_FALSE(is_in(hex_encode(seed->bytes()), sealed()));
    EXPECT_FALSE(is_in(base58_encode(seed->bytes()), sealed()));
    const auto again = seal_keystore(keypair_of(1), kPassphrase, kKeystoreCostMin);
    ASSERT_TRUE(again);
    for (const std::string_view name : {"salt", "nonce", "ciphertext"}) {
        EXPECT_NE(value_of(sealed(), name), value_of(*again, name)) << name;
    }
    EXPECT_LE(sealed().size(), kKeystoreBytesMax);
}

TEST(Keystore, TellsAWrongPassphraseFromADamagedFile) {
    for (const std::string_view wrong :
         {"Correct horse battery staple", "correct horse battery staple ", "c"}) {
        const std::string error = error_of(sealed(), wrong);
        EXPECT_TRUE(is_in("the passphrase does not open", error)) << error;
        EXPECT_TRUE(wrong.size() == 1 || !is_in(wrong, error)) << error;
    }
    std::string damaged = sealed();
    damaged[damaged.find("ciphertext ") + 20] ^= 1;
    EXPECT_TRUE(is_in("damaged (its checksum", error_of(damaged))) << error_of(damaged);
}

TEST(Keystore, IsRefusedWithAnyBitOfAnyByteFlipped) {
    for (std::size_t i = 0; i < sealed().size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string flipped = sealed();
            flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
            EXPECT_NE(error_of(flipped), "") << "byte " << i << " bit " << bit;
        }
    }
}

TEST(Keystore, IsRefusedWhenItEndsEarlyOrGoesOn) {
    for (std::size_t size = 0; size < sealed().size(); ++size) {
        EXPECT_NE(error_of(sealed().substr(0, size)), "") << size;
    }
    EXPECT_NE(error_of(sealed() + "\n"), "");
    EXPECT_NE(error_of("\n" + sealed()), "");
    EXPECT_TRUE(is_in("longer than 1024 bytes", error_of(sealed() + std::string(1'024, ' '))));
}

// Whoever changes a file on purpose gets its checksum right.
TEST(Keystore, IsRefusedWhenSomebodyChangedItsLines) {
    const std::string other = keypair_of(2).public_key().to_string();
    EXPECT_TRUE(is_in("says that it is of " + other, error_of(with(sealed(), "address", other))));
    EXPECT_TRUE(
        is_in("version 2", error_of(checksummed("sniperforge-keystore 2" + sealed().substr(22)))));
    for (const auto& [name, value] : {std::pair{"address", "0OIl"},
                                      {"kdf", "argon2i13"},
                                      {"cipher", "aes256gcm"},
                                      {"opslimit", ""},
                                      {"opslimit", "02"},
                                      {"opslimit", "2 "},
                                      {"opslimit", "-2"},
                                      {"opslimit", "18446744073709551618"},
                                      {"memlimit", "64M"},
                                      {"salt", "00"},
                                      {"nonce", "00"},
                                      {"ciphertext", "00"}}) {
        const std::string error = error_of(with(sealed(), name, value));
        EXPECT_TRUE(is_in("damaged (", error)) << name << ' ' << value << ": " << error;
    }
    const std::string salt = value_of(sealed(), "salt");
    for (const std::string& twice :
         {with(sealed(), "ciphertext", value_of(sealed(), "ciphertext") + "\nsalt " + salt),
          checksummed("\n" + sealed()), with(sealed(), "salt", salt + "\nsalt " + salt)}) {
        EXPECT_NE(error_of(twice), "") << twice;
    }
}

TEST(Keystore, IsRefusedWhenSomebodyChangedItsBytes) {
    for (const std::string_view name : {"salt", "nonce", "ciphertext"}) {
        const std::string value = value_of(sealed(), name);
        for (const std::size_t at : {std::size_t{0}, value.size() / 2, value.size() - 1}) {
            std::string changed = value;
            changed[at] = changed[at] == '0' ? '1' : '0';
            const std::string error = error_of(with(sealed(), name, changed));
            EXPECT_TRUE(is_in("does not open", error)) << name << ' ' << at << ": " << error;
        }
    }
}

TEST(Keystore, AcceptsCostsWithinTheBoundsAndRefusesTheNextOutside) {
    // Within: it is the passphrase that is refused then, as the cost is part of the derivation.
    EXPECT_TRUE(is_in("does not open", error_of(with(sealed(), "opslimit", "3"))));
    EXPECT_TRUE(is_in("does not open", error_of(with(sealed(), "opslimit", "4"))));
    EXPECT_TRUE(is_in("does not open", error_of(with(sealed(), "memlimit", "67109888"))));
    for (const std::string_view passes : {"0", "1", "5", "18446744073709551615"}) {
        const std::string error = error_of(with(sealed(), "opslimit", passes));
        EXPECT_TRUE(is_in(fmt::format("opslimit is {}, and 2 to 4", passes), error)) << error;
    }
    // One KiB below and above, half a KiB, 100 GB, and all there is.
    for (const std::string_view bytes :
         {"0", "67107840", "1073742848", "67109376", "100000000000", "18446744073709551615"}) {
        const std::string error = error_of(with(sealed(), "memlimit", bytes));
        EXPECT_TRUE(is_in(fmt::format("memlimit is {} bytes", bytes), error)) << error;
        EXPECT_FALSE(keystore_address(with(sealed(), "memlimit", bytes)));
    }
    EXPECT_TRUE(keystore_address(with(sealed(), "memlimit", "1073741824")));
    EXPECT_TRUE(keystore_address(with(sealed(), "memlimit", "67108864")));
}

TEST(Keystore, IsNotSealedAtACostThatWouldNotBeOpened) {
    const auto refused = [](const KeystoreCost& cost) {
        return !seal_keystore(keypair_of(1), kPassphrase, cost);
    };
    EXPECT_TRUE(refused({kKeystoreCostMin.passes - 1, kKeystoreCostMin.memory_bytes}));
    EXPECT_TRUE(refused({kKeystoreCostMin.passes, kKeystoreCostMin.memory_bytes - 1'024}));
    EXPECT_TRUE(refused({kKeystoreCostMax.passes + 1, kKeystoreCostMin.memory_bytes}));
    EXPECT_TRUE(refused({kKeystoreCostMin.passes, kKeystoreCostMax.memory_bytes + 1'024}));
}

TEST(Keystore, TakesPassphrasesOfOneLineOfText) {
    EXPECT_TRUE(check_passphrase("x"));
    EXPECT_TRUE(check_passphrase(" \xc3\xa9 "));
    EXPECT_TRUE(check_passphrase(std::string(kPassphraseBytesMax, 'x')));
    EXPECT_FALSE(check_passphrase(std::string(kPassphraseBytesMax + 1, 'x')));
    EXPECT_TRUE(is_in("is empty", check_passphrase("").error().text));
    for (const std::string_view bad : {"two\nlines", "tab\t", "\x1b[A", "end\r", "\x7f"}) {
        const auto refused = check_passphrase(bad);
        ASSERT_FALSE(refused);
        EXPECT_FALSE(is_in(bad, refused.error().text));
    }
    EXPECT_FALSE(check_passphrase(std::string_view{"nul\0", 4}));
    EXPECT_FALSE(seal_keystore(keypair_of(1), "", kKeystoreCostMin));
    EXPECT_TRUE(is_in("is empty", error_of(sealed(), "")));
}

}  // namespace
}  // namespace sniperforge::signer
