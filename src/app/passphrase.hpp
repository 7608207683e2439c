// SPDX-License-Identifier: MIT
// Where the passphrase of a keystore comes from: a file, a credential of systemd, or the terminal.
#pragma once

#include <optional>
#include <string>

#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/secret_buffer.hpp"

namespace sniperforge::app {

// The credential's name: LoadCredentialEncrypted=sniperforge-passphrase:... in the unit.
inline constexpr const char* kPassphraseCredential = "sniperforge-passphrase";

// Of `file` when one is named, or of the credential when systemd gave us one, or none. One line
// break at the end is not part of it.
[[nodiscard]] Result<std::optional<solana::SecretBuffer>> stored_passphrase(
    const std::string& file);

// Whether somebody can be asked: standard input is a terminal.
[[nodiscard]] bool is_terminal();

// Asks on the terminal, without showing what is typed. `what` is in the question.
[[nodiscard]] Result<solana::SecretBuffer> ask_passphrase(const std::string& what);
// The same twice, and refuses what differs: a typing error would lock the key away for good.
[[nodiscard]] Result<solana::SecretBuffer> ask_new_passphrase(const std::string& what);

}  // namespace sniperforge::app
