// SPDX-License-Identifier: MIT
// Account dumps from files: the form of `solana account --output json`
// ({"pubkey", "account": {"data": ["…", "base64"], "owner", "lamports", …}}) and the flat form
// ({"pubkey", "owner", "lamports", "data_base64"}). {"pubkey", "account": null} is an account that
// does not exist.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::app {

struct AccountDump {
    std::string file;
    Pubkey pubkey;
    Pubkey owner;
    bool is_pubkey_known = true;
    bool is_owner_known = true;
    Lamports lamports;
    Bytes data;
};

[[nodiscard]] Result<AccountDump> read_account_dump(const std::string& path);
// The same where the dump may leave out whose account it is, or which program's (missing or null).
[[nodiscard]] Result<AccountDump> read_nameless_account_dump(const std::string& path);
// Every *.json of a directory that is an account dump, in name order. Files that are not are
// errors, except where they are JSON without any "pubkey"; so are two dumps of one account that
// differ.
[[nodiscard]] Result<std::vector<AccountDump>> read_account_dumps(const std::string& directory);
// Why the dump cannot be used beside the others: one of them is another state of its account.
[[nodiscard]] std::optional<std::string> contradiction(std::span<const AccountDump> dumps,
                                                       const AccountDump& dump);

}  // namespace sniperforge::app
