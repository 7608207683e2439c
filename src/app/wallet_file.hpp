// SPDX-License-Identifier: MIT
// The file that holds a wallet's key, in either form: solana-keygen's JSON, which whoever reads it
// can spend, or our keystore, which needs its passphrase (signer/keystore.hpp).
#pragma once

#include <string>
#include <string_view>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge::app {

// The key that signs in live mode, of either form. Makes the process undumpable first. The
// passphrase is of wallet.passphrase_file, or of systemd's credential, or is asked for when
// standard input is a terminal: so call it before anything else runs, it may wait for a person and
// takes the half a second of the derivation. An error names the file and what to do; it goes to
// whoever started us. The key is locked against swapping, or it is an error.
[[nodiscard]] Result<solana::Keypair> load_wallet(const config::WalletSettings& settings);

// The address of wallet.keypair_file, of either form, without a passphrase.
[[nodiscard]] Result<Pubkey> wallet_address(const config::WalletSettings& settings);

// For the commands of `wallet`. Keys are locked here too.
struct KeyFile {
    std::string path;
    solana::SecretBuffer text;
    bool is_sealed = false;  // A keystore.
};
[[nodiscard]] Result<KeyFile> read_key_file(const std::string& path);
[[nodiscard]] Result<solana::Keypair> generate_key();
// Without a passphrase, of either form.
[[nodiscard]] Result<Pubkey> address_of(const KeyFile& file);
[[nodiscard]] Result<Pubkey> address_in(const std::string& path);
// `passphrase` is not looked at when the file is not sealed.
[[nodiscard]] Result<solana::Keypair> open_key_file(const KeyFile& file,
                                                    std::string_view passphrase);
struct Passphrase {
    solana::SecretBuffer text;
    bool is_typed = false;  // On the terminal.
};
// One for the file from wherever it may come; `option` is what the user calls `stored_in`.
[[nodiscard]] Result<Passphrase> opening_passphrase(const KeyFile& file,
                                                    const std::string& stored_in,
                                                    std::string_view option);

}  // namespace sniperforge::app
