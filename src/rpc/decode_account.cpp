// SPDX-License-Identifier: MIT
#include "rpc/decode_account.hpp"

#include <algorithm>
#include <array>

#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::rpc {
namespace {

std::size_t decode_base64(std::string_view text, Bytes& scratch) {
    if (const std::size_t needed = text.size() / 4 * 3; scratch.size() < needed) {
        scratch.resize(needed);
    }
    const auto size = base64_decode_to(text, scratch);
    if (!size) {
        json::throw_bad_member("data", size.error().text);
    }
    return *size;
}

// Only old or foreign subscriptions answer in base58: we always ask for base64.
std::size_t decode_base58(std::string_view text, Bytes& scratch) {
    const auto bytes = base58_decode(text);
    if (!bytes) {
        json::throw_bad_member("data", bytes.error().text);
    }
    if (scratch.size() < bytes->size()) {
        scratch.resize(bytes->size());
    }
    std::copy(bytes->begin(), bytes->end(), scratch.begin());
    return bytes->size();
}

std::size_t decode_data(json::ondemand::value data, Bytes& scratch) {
    std::array<std::string_view, 2> parts;  // The text and its encoding.
    std::size_t count = 0;
    json::for_each(json::to_array(data, "data"), "data", [&](json::ondemand::value part) {
        if (count == parts.size()) {
            json::throw_bad_member("data", "expected [text, encoding], found more");
        }
        parts[count++] = json::to_text(part, "data");
    });
    if (count != parts.size()) {
        json::throw_bad_member("data", "expected [text, encoding]");
    }
    if (parts[1] == "base64") {
        return decode_base64(parts[0], scratch);
    }
    if (parts[1] == "base58") {
        return decode_base58(parts[0], scratch);
    }
    json::throw_bad_member("data", "the encoding is neither base64 nor base58");
}

}  // namespace

Pubkey OwnerCache::parse(json::ondemand::value owner) {
    const std::string_view text = json::to_text(owner, "owner");
    for (const Entry& entry : entries_) {
        if (entry.size != 0 && text == std::string_view{entry.text.data(), entry.size}) {
            return entry.key;
        }
    }
    const auto key = Pubkey::parse(text);
    if (!key) {
        json::throw_bad_member("owner", key.error().text);
    }
    if (text.size() <= kTextMax) {
        Entry& entry = entries_[next_];
        next_ = (next_ + 1) % entries_.size();
        std::copy(text.begin(), text.end(), entry.text.begin());
        entry.size = text.size();
        entry.key = *key;
    }
    return *key;
}

AccountFields decode_account(json::ondemand::value account, Bytes& scratch, OwnerCache& owners) {
    auto members = json::to_object(account, "account");
    AccountFields fields;
    // In the order nodes write them, so that the reader passes over the text once.
    fields.data_size = decode_data(json::member(members, "data"), scratch);
    fields.is_executable = json::to_bool(json::member(members, "executable"), "executable");
    fields.lamports = Lamports{json::u64_member(members, "lamports")};
    fields.owner = owners.parse(json::member(members, "owner"));
    return fields;
}

}  // namespace sniperforge::rpc
