// SPDX-License-Identifier: MIT
// Files with secrets in them: read and written so that nobody else can, and the process itself
// closed to lookers-on before the first of them is read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/secret_buffer.hpp"

namespace sniperforge::app {

// No core dump from here on, and no reading of our memory by other processes of the same user (a
// debugger too: only root can attach one). Safe to call again.
[[nodiscard]] Result<void> make_undumpable();

// What a secret is read into: memory that is locked against swapping, in a process that is
// undumpable from here on.
[[nodiscard]] Result<solana::SecretBuffer> locked_buffer(std::size_t size);
// Nothing, or an error that says how to allow it.
[[nodiscard]] Result<void> check_locked(bool is_locked);

enum class FileAccess : std::uint8_t {
    OwnerOnly,
    // systemd gives a service its credentials by an access list, which shows as group bits, in a
    // directory that only the service can enter.
    OwnerAndGroup,
};

enum class SecretMemory : std::uint8_t {
    Locked,  // locked_buffer(): of keys, and of what opens one.
    // Wiped, and swapped at worst: of what moves no money. Memory that cannot be locked keeps
    // nobody from it.
    Wiped,
};

// The contents of `path` ("the keypair file"), of at most `bytes_max`. Refuses one that others may
// read or write. A pipe will do.
[[nodiscard]] Result<solana::SecretBuffer> read_private_file(
    const std::string& path, std::string_view what, std::size_t bytes_max,
    FileAccess access = FileAccess::OwnerOnly, SecretMemory memory = SecretMemory::Locked);

// Creates `path`, of mode 0600, and has it on the disk when it returns. Never overwrites.
[[nodiscard]] Result<void> write_private_file(const std::string& path, std::string_view what,
                                              std::string_view text);

}  // namespace sniperforge::app
