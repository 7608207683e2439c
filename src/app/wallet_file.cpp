// SPDX-License-Identifier: MIT
#include "app/wallet_file.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/passphrase.hpp"
#include "app/secret_file.hpp"
#include "sniperforge/signer/keystore.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

constexpr std::string_view kKeypairFile = "the keypair file";

// A keygen file of 64 numbers is at most 64 * 4 + 2 characters, plus white space; a keystore less.
constexpr std::size_t kKeyFileBytesMax = 4'096;

[[nodiscard]] Result<solana::Keypair> locked(Result<solana::Keypair> keypair) {
    if (keypair) {
        if (auto checked = check_locked(keypair->is_locked()); !checked) {
            return Err{checked.error()};
        }
    }
    return keypair;
}

}  // namespace

Result<KeyFile> read_key_file(const std::string& path) {
    auto text = read_private_file(path, kKeypairFile, kKeyFileBytesMax);
    if (!text) {
        return Err{text.error()};
    }
    const bool is_sealed = signer::is_keystore(text->text());
    return KeyFile{path, std::move(*text), is_sealed};
}

Result<Pubkey> address_of(const KeyFile& file) {
    if (!file.is_sealed) {
        const auto keypair = open_key_file(file, {});
        return keypair ? Result<Pubkey>{keypair->public_key()} : Err{keypair.error()};
    }
    auto address = signer::keystore_address(file.text.text());
    return address ? address : fail(file.path, address.error());
}

Result<Pubkey> address_in(const std::string& path) {
    const auto file = read_key_file(path);
    return file ? address_of(*file) : Err{file.error()};
}

Result<Pubkey> wallet_address(const config::WalletSettings& settings) {
    const auto address = address_in(settings.keypair_file);
    return address ? address : fail("wallet.keypair_file", address.error());
}

Result<solana::Keypair> open_key_file(const KeyFile& file, std::string_view passphrase) {
    auto keypair = locked(file.is_sealed ? signer::open_keystore(file.text.text(), passphrase)
                                         : solana::Keypair::from_json_array(file.text.text()));
    return keypair ? std::move(keypair) : fail(file.path, keypair.error());
}

Result<solana::Keypair> generate_key() {
    if (auto closed = make_undumpable(); !closed) {
        return Err{closed.error()};
    }
    return locked(solana::Keypair::generate());
}

Result<Passphrase> opening_passphrase(const KeyFile& file, const std::string& stored_in,
                                      std::string_view option) {
    auto stored = stored_passphrase(stored_in);
    if (!stored) {
        return Err{stored.error()};
    }
    if (*stored) {
        return Passphrase{std::move(**stored)};
    }
    if (!is_terminal()) {
        return fail(
            fmt::format("{} is sealed with a passphrase, and none is given: name a file that holds "
                        "it with {}, give the unit the credential {}, or start this on a terminal",
                        file.path, option, kPassphraseCredential));
    }
    auto typed = ask_passphrase("Passphrase of " + file.path);
    return typed ? Result<Passphrase>{Passphrase{std::move(*typed), true}} : Err{typed.error()};
}

Result<solana::Keypair> load_wallet(const config::WalletSettings& settings) {
    if (settings.keypair_file.empty()) {
        return fail(
            "wallet.keypair_file: is not set, and there is no key to sign with; make one with "
            "`sniperforge wallet new --out FILE` and write its path there");
    }
    const auto file = read_key_file(settings.keypair_file);
    if (!file) {
        return fail("wallet.keypair_file", file.error());
    }
    if (!file->is_sealed) {
        auto keypair = open_key_file(*file, {});
        if (!keypair) {
            return fail("wallet.keypair_file", keypair.error());
        }
        telemetry::warning(
            "wallet",
            "{} is not sealed: whoever copies the disk has the key{}; "
            "`sniperforge wallet import {} --out NEW` seals it",
            file->path,
            settings.passphrase_file.empty() ? "" : ", and wallet.passphrase_file is not used",
            file->path);
        return keypair;
    }
    const auto passphrase =
        opening_passphrase(*file, settings.passphrase_file, "wallet.passphrase_file");
    if (!passphrase) {
        return Err{passphrase.error()};
    }
    auto keypair = open_key_file(*file, passphrase->text.text());
    return keypair ? std::move(keypair) : fail("wallet.keypair_file", keypair.error());
}

}  // namespace sniperforge::app
