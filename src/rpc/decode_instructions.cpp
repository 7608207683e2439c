// SPDX-License-Identifier: MIT
#include "rpc/decode_instructions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/core/base58.hpp"

namespace sniperforge::rpc {
namespace {

using json::ondemand::value;

std::uint8_t to_index(value number, std::string_view name) {
    const std::uint64_t index = json::to_u64(number, name);
    if (index > 0xff) {
        json::throw_bad_member(name, fmt::format("{} is no position in an account list", index));
    }
    return static_cast<std::uint8_t>(index);
}

RawInstruction read_instruction(value entry) {
    auto members = json::to_object(entry, "instructions");
    RawInstruction out;
    value found;
    if (json::find_member(members, "accounts", found)) {
        json::for_each(json::to_array(found, "accounts"), "accounts", [&](value account) {
            json::ondemand::json_type type{};
            if (account.type().get(type) == simdjson::SUCCESS &&
                type == json::ondemand::json_type::string) {
                out.keys.push_back(json::to_key<Pubkey>(account, "accounts"));
            } else {
                out.indexes.push_back(to_index(account, "accounts"));
            }
        });
    }
    if (!json::find_member(members, "data", found)) {
        return {};  // Shown in the node's own words.
    }
    const std::string_view text = json::to_text(found, "data");
    if (text.size() > kBase58TextMax) {
        // Of no venue: theirs are far shorter. Calls between programs may pass 10 KiB, and anybody
        // may make such a call; what the transaction moved is to be told all the same.
        return {};
    }
    auto data = base58_decode(text);
    if (!data) {
        json::throw_bad_member("data", data.error().text);
    }
    out.data = std::move(*data);
    if (json::find_member(members, "programIdIndex", found)) {
        out.program_index = to_index(found, "programIdIndex");
    } else {
        out.program = json::key_member<Pubkey>(members, "programId");
    }
    return out;
}

class Resolver {
 public:
    explicit Resolver(TransactionDetail& detail) : detail_{detail} {}

    void add(RawInstruction raw, bool is_inner) {
        if (!raw.program_index && raw.program.is_zero()) {
            // No call of a program of ours: those the node has no words for. (The System program's
            // own key is zero, and it is one that nodes have words for.)
            return;
        }
        ChainInstruction call;
        call.is_inner = is_inner;
        call.program =
            raw.program_index ? key_at(*raw.program_index, "programIdIndex") : raw.program;
        call.accounts = std::move(raw.indexes);
        for (const std::uint8_t index : call.accounts) {
            static_cast<void>(key_at(index, "accounts"));
        }
        for (const Pubkey& key : raw.keys) {
            call.accounts.push_back(position_of(key));
        }
        call.data = std::move(raw.data);
        detail_.instructions.push_back(std::move(call));
    }

 private:
    [[nodiscard]] const Pubkey& key_at(std::size_t index, std::string_view name) const {
        if (index >= detail_.account_keys.size()) {
            json::throw_bad_member(name, fmt::format("position {} with {} accounts", index,
                                                     detail_.account_keys.size()));
        }
        return detail_.account_keys[index];
    }
    [[nodiscard]] std::uint8_t position_of(const Pubkey& key) const {
        const auto& keys = detail_.account_keys;
        const auto found = std::ranges::find(keys, key);
        if (found == keys.end() || found - keys.begin() > 0xff) {
            json::throw_bad_member("accounts",
                                   fmt::format("{} is no account of it", key.to_string()));
        }
        return static_cast<std::uint8_t>(found - keys.begin());
    }

    TransactionDetail& detail_;
};

}  // namespace

std::vector<RawInstruction> read_instructions(value list) {
    std::vector<RawInstruction> out;
    json::for_each(json::to_array(list, "instructions"), "instructions",
                   [&](value entry) { out.push_back(read_instruction(entry)); });
    return out;
}

std::vector<RawCalls::Inner> read_inner(value list) {
    std::vector<RawCalls::Inner> out;
    json::for_each(json::to_array(list, "innerInstructions"), "innerInstructions",
                   [&](value entry) {
                       auto members = json::to_object(entry, "innerInstructions");
                       RawCalls::Inner group;
                       group.index = json::u64_member(members, "index");
                       group.calls = read_instructions(json::member(members, "instructions"));
                       out.push_back(std::move(group));
                   });
    return out;
}

void resolve_calls(RawCalls calls, TransactionDetail& detail) {
    Resolver resolver{detail};
    for (std::size_t i = 0; i < calls.top.size(); ++i) {
        resolver.add(std::move(calls.top[i]), false);
        for (RawCalls::Inner& group : calls.inner) {
            if (group.index == i) {
                for (RawInstruction& call : std::exchange(group.calls, {})) {
                    resolver.add(std::move(call), true);
                }
            }
        }
    }
}

ChainTransaction to_chain_transaction(TransactionDetail detail, const Signature& signature) {
    ChainTransaction out;
    out.slot = detail.slot;
    out.signature = signature;
    out.is_failed = !detail.error.empty();
    out.instructions = std::move(detail.instructions);
    const auto flag = [](const std::vector<bool>& flags, std::size_t i) {
        return i < flags.size() && flags[i];
    };
    for (std::size_t i = 0; i < detail.account_keys.size(); ++i) {
        out.accounts.push_back({detail.account_keys[i], flag(detail.are_writable, i),
                                flag(detail.are_signers, i), detail.pre_balances[i],
                                detail.post_balances[i]});
    }
    const auto move_of = [&](const TokenBalance& balance) -> ChainTokenMove& {
        const auto known =
            std::ranges::find(out.token_moves, balance.account_index, &ChainTokenMove::account);
        return known != out.token_moves.end()
                   ? *known
                   : out.token_moves.emplace_back(ChainTokenMove{balance.account_index,
                                                                 balance.mint,
                                                                 balance.owner.value_or(Pubkey{}),
                                                                 {},
                                                                 {}});
    };
    for (const TokenBalance& balance : detail.pre_token_balances) {
        move_of(balance).before = balance.amount;
    }
    for (const TokenBalance& balance : detail.post_token_balances) {
        move_of(balance).after = balance.amount;
    }
    return out;
}

}  // namespace sniperforge::rpc
