// SPDX-License-Identifier: MIT
#include "rpc/decode_reply.hpp"

#include <fmt/format.h>

#include "rpc/decode_account.hpp"

namespace sniperforge::rpc {
namespace {

using json::ondemand::object;
using json::ondemand::value;

Slot read_context_slot(object& result) {
    auto context = json::object_member(result, "context");
    return Slot{json::u64_member(context, "slot")};
}

AccountData read_account(value account, const Pubkey& pubkey, OwnerCache& owners) {
    AccountData out;
    const AccountFields fields = decode_account(account, out.data, owners);
    out.pubkey = pubkey;
    out.owner = fields.owner;
    out.lamports = fields.lamports;
    out.is_executable = fields.is_executable;
    out.data.resize(fields.data_size);
    return out;
}

SignatureStatus read_status(value status) {
    auto members = json::to_object(status, "status");
    SignatureStatus out;
    value found;
    std::string_view confirmation;
    if (json::find_member(members, "confirmationStatus", found) &&
        !json::is_null(found, "confirmationStatus")) {
        confirmation = json::to_text(found, "confirmationStatus");
    }
    // Nodes from before confirmationStatus say "rooted" by null.
    auto confirmations = json::member(members, "confirmations");
    const bool is_rooted = json::is_null(confirmations, "confirmations");
    out.error = json::to_json_or_empty(json::member(members, "err"), "err");
    out.slot = Slot{json::u64_member(members, "slot")};
    out.is_finalized = confirmation == "finalized" || (confirmation.empty() && is_rooted);
    out.is_confirmed = out.is_finalized || confirmation == "confirmed";
    return out;
}

}  // namespace

LatestBlockhash decode_latest_blockhash(value result) {
    auto members = json::to_object(result, "result");
    LatestBlockhash out;
    out.context_slot = read_context_slot(members);
    auto inner = json::object_member(members, "value");
    out.blockhash = json::key_member<Hash>(inner, "blockhash");
    out.last_valid_height = BlockHeight{json::u64_member(inner, "lastValidBlockHeight")};
    return out;
}

Balance decode_balance(value result) {
    auto members = json::to_object(result, "result");
    Balance out;
    out.context_slot = read_context_slot(members);
    out.lamports = Lamports{json::u64_member(members, "value")};
    return out;
}

MultipleAccounts decode_multiple_accounts(value result, std::span<const Pubkey> keys) {
    auto members = json::to_object(result, "result");
    MultipleAccounts out;
    out.context_slot = read_context_slot(members);
    out.accounts.reserve(keys.size());
    OwnerCache owners;
    json::for_each(json::array_member(members, "value"), "value", [&](value account) {
        if (out.accounts.size() == keys.size()) {
            json::throw_bad_member("value",
                                   fmt::format("more than the {} accounts asked for", keys.size()));
        }
        if (json::is_null(account, "value")) {
            out.accounts.emplace_back();
        } else {
            out.accounts.emplace_back(read_account(account, keys[out.accounts.size()], owners));
        }
    });
    if (out.accounts.size() != keys.size()) {
        json::throw_bad_member("value", fmt::format("{} accounts for the {} asked for",
                                                    out.accounts.size(), keys.size()));
    }
    return out;
}

KeyedAccounts decode_keyed_accounts(value result) {
    KeyedAccounts out;
    json::ondemand::json_type type{};
    if (result.type().get(type) == simdjson::SUCCESS && type == json::ondemand::json_type::object) {
        auto wrapper = json::to_object(result, "result");
        const Slot context_slot = read_context_slot(wrapper);
        out = decode_keyed_accounts(json::member(wrapper, "value"));
        out.context_slot = context_slot;
        return out;
    }
    OwnerCache owners;
    json::for_each(json::to_array(result, "result"), "result", [&](value entry) {
        auto members = json::to_object(entry, "result");
        const auto pubkey = json::key_member<Pubkey>(members, "pubkey");
        out.accounts.push_back(read_account(json::member(members, "account"), pubkey, owners));
    });
    return out;
}

LargestAccounts decode_largest_accounts(value result) {
    auto wrapper = json::to_object(result, "result");
    LargestAccounts out;
    out.context_slot = read_context_slot(wrapper);
    json::for_each(json::array_member(wrapper, "value"), "value", [&](value entry) {
        auto members = json::to_object(entry, "value");
        LargestAccounts::Entry one;
        one.account = json::key_member<Pubkey>(members, "address");
        one.amount = TokenAmount{json::to_u64_in_text(json::member(members, "amount"), "amount")};
        out.accounts.push_back(one);
    });
    return out;
}

ChainHeight decode_chain_height(value result) {
    auto members = json::to_object(result, "result");
    ChainHeight out;
    out.slot = Slot{json::u64_member(members, "absoluteSlot")};
    out.height = BlockHeight{json::u64_member(members, "blockHeight")};
    return out;
}

SignatureStatuses decode_signature_statuses(value result, std::size_t count) {
    auto members = json::to_object(result, "result");
    SignatureStatuses out;
    out.context_slot = read_context_slot(members);
    json::for_each(json::array_member(members, "value"), "value", [&](value status) {
        if (json::is_null(status, "value")) {
            out.statuses.emplace_back();
        } else {
            out.statuses.emplace_back(read_status(status));
        }
    });
    if (out.statuses.size() != count) {
        json::throw_bad_member(
            "value", fmt::format("{} statuses for the {} asked for", out.statuses.size(), count));
    }
    return out;
}

std::vector<SignatureRecord> decode_signatures(value result) {
    std::vector<SignatureRecord> out;
    json::for_each(json::to_array(result, "result"), "result", [&](value entry) {
        auto members = json::to_object(entry, "result");
        SignatureRecord record;
        record.is_failed = json::has_error(members);
        record.signature = json::key_member<Signature>(members, "signature");
        record.slot = Slot{json::u64_member(members, "slot")};
        out.push_back(record);
    });
    return out;
}

}  // namespace sniperforge::rpc
