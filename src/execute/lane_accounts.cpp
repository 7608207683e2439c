// SPDX-License-Identifier: MIT
// Where tips go, by kind of lane. Source: jito sections 3 and 5.
#include <algorithm>
#include <array>

#include "sniperforge/execute/lanes.hpp"

namespace sniperforge::execute {
namespace {

const std::array kJitoTipAccounts{
    pubkey_constant("96gYZGLnJYVFmbjzopPSU6QiEV5fGqZNyN9nmNhvrZU5"),
    pubkey_constant("HFqU5x63VTqvQss8hp11i4wVV8bD44PvwucfZ2bU7gRe"),
    pubkey_constant("Cw8CFyM9FkoMi7K7Crf6HNQqf4uEMzpKw6QNghXLvLkY"),
    pubkey_constant("ADaUMid9yfUytqMBgopwjb2DTLSokTSzL1zt6iGPaS49"),
    pubkey_constant("DfXygSm4jCyNCybVYYK6DwvWqjKee8pbDmJGcLWNDXjh"),
    pubkey_constant("ADuUkR4vqLUMWXxW9gh6D6L8pMSawimctcNZ5pGwDcEt"),
    pubkey_constant("DttWaMuVvTiduZRnguLF7jNxTgiMBZ1hyAumKUiL2KRL"),
    pubkey_constant("3AVi9Tg9Uo68tJfuvoKvqKNWKkC5wPdSSdeBnizKZ6jT"),
};
const std::array kSenderTipAccounts{
    pubkey_constant("4ACfpUFoaSD9bfPdeu6DBt89gB6ENTeHBXCAi87NhDEE"),
    pubkey_constant("D2L6yPZ2FmmmTKPgzaMKdhu6EWZcTpLy1Vhx8uvZe7NZ"),
    pubkey_constant("9bnz4RShgq1hAnLnZbP8kbgBg1kEmcJBYQq3gQbmnSta"),
    pubkey_constant("5VY91ws6B2hMmBFRsXkoAAdsPHBJwRfBht4DXox3xkwn"),
    pubkey_constant("2nyhqdwKcJZR2vcqCyrYsaPVdAnFoJjiksCXJ7hfEYgD"),
    pubkey_constant("2q5pghRs6arqVjRvT5gfgWfWcHWmw1ZuCzphgd5KfWGJ"),
    pubkey_constant("wyvPkWjVZz1M8fHQnMMCDTQDbkManefNNhweYk5WkcF"),
    pubkey_constant("3KCKozbAaF75qEU33jtzozcJ29yJuaLJTy2jFdzUY8bT"),
    pubkey_constant("4vieeGHPYPG2MmyPRcYjdiDmmhN3ww7hsFNap8pVN3Ey"),
    pubkey_constant("4TQLFNWK8AovT1gFvda5jfw2oJeRMKEmw7aH6MGBJ3or"),
};

void add_once(std::vector<Pubkey>& accounts, std::span<const Pubkey> more) {
    for (const Pubkey& account : more) {
        if (std::ranges::find(accounts, account) == accounts.end()) {
            accounts.push_back(account);
        }
    }
}

}  // namespace

std::span<const Pubkey> tip_accounts_of_kind(std::string_view kind) {
    return kind == "sender" ? std::span<const Pubkey>{kSenderTipAccounts} : kJitoTipAccounts;
}

std::vector<Pubkey> tip_accounts_of(std::span<const config::LaneSettings> lanes) {
    std::vector<Pubkey> accounts;
    for (const config::LaneSettings& lane : lanes) {
        add_once(accounts, lane.tip_accounts.empty() ? tip_accounts_of_kind(lane.kind)
                                                     : std::span<const Pubkey>{lane.tip_accounts});
    }
    return accounts;
}

std::vector<Pubkey> tip_accounts_known(std::span<const config::LaneSettings> lanes) {
    std::vector<Pubkey> accounts = tip_accounts_of(lanes);
    add_once(accounts, kJitoTipAccounts);
    add_once(accounts, kSenderTipAccounts);
    return accounts;
}

}  // namespace sniperforge::execute
