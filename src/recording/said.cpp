// SPDX-License-Identifier: MIT
#include "recording/said.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sniperforge::recording {
namespace {

// Where the bytes part.
[[nodiscard]] std::string data_differing(BytesView recorded, BytesView decoded) {
    const auto [one, other] = std::ranges::mismatch(recorded, decoded);
    if (one == recorded.end() && other == decoded.end()) {
        return "";
    }
    return fmt::format(", data of {} bytes recorded and {} decoded, other from byte {} on",
                       recorded.size(), decoded.size(), one - recorded.begin());
}

[[nodiscard]] std::string account_differing(const AccountUpdate& recorded,
                                            const AccountUpdate& decoded) {
    std::string text;
    if (recorded.slot != decoded.slot) {
        text += fmt::format(", slot {} recorded and {} decoded", recorded.slot.value,
                            decoded.slot.value);
    }
    if (recorded.lamports != decoded.lamports) {
        text += fmt::format(", lamports {} recorded and {} decoded", recorded.lamports.raw(),
                            decoded.lamports.raw());
    }
    if (recorded.owner != decoded.owner) {
        text += fmt::format(", owner {} recorded and {} decoded", recorded.owner.to_string(),
                            decoded.owner.to_string());
    }
    text += data_differing(recorded.data, decoded.data);
    return text.empty() ? ", of another account" : text;
}

[[nodiscard]] std::string text_of(const ChainUpdate& update) {
    if (const auto* account = std::get_if<AccountUpdate>(&update)) {
        return fmt::format("an account in slot {} with {} lamports and {} bytes",
                           account->slot.value, account->lamports.raw(), account->data.size());
    }
    if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
        return fmt::format("slot {} after {}, root {}", slot->slot.value, slot->parent.value,
                           slot->root.value);
    }
    if (const auto* logs = std::get_if<LogsUpdate>(&update)) {
        return fmt::format("{} lines of {}transaction {} in slot {}", logs->lines.size(),
                           logs->is_failed ? "failed " : "", logs->signature.to_string(),
                           logs->slot.value);
    }
    if (const auto* signature = std::get_if<SignatureUpdate>(&update)) {
        return fmt::format("a signature in slot {}{}{}", signature->slot.value,
                           signature->error.empty() ? "" : " with error ", signature->error);
    }
    return "an event of the feed";
}

}  // namespace

Said said_of(const ChainUpdate& update) {
    Said said;
    said.kind = update.index();
    ChainUpdate stripped = update;
    if (auto* account = std::get_if<AccountUpdate>(&stripped)) {
        said.account = std::exchange(account->pubkey, {});
        account->is_read = false;
    } else if (auto* signature = std::get_if<SignatureUpdate>(&stripped)) {
        signature->signature = {};
    }
    const auto slot_of = [](const auto& each) {
        if constexpr (requires { each.slot; }) {
            return Slot{each.slot};
        } else {
            return Slot{};
        }
    };
    said.slot = std::visit(slot_of, update);
    append_update(stripped, said.bytes);
    return said;
}

std::string differing(const Said& recorded, const Said& decoded) {
    ReadUpdate one, other;
    ByteReader one_bytes{recorded.bytes}, other_bytes{decoded.bytes};
    if (!one.read(one_bytes) || !other.read(other_bytes)) {
        return "";
    }
    const auto* account = std::get_if<AccountUpdate>(&one.update());
    const auto* decoded_account = std::get_if<AccountUpdate>(&other.update());
    if (account != nullptr && decoded_account != nullptr) {
        return account_differing(*account, *decoded_account).substr(2);
    }
    return fmt::format("recorded {}, decoded {}", text_of(one.update()), text_of(other.update()));
}

std::string described(const Said& said) {
    ReadUpdate read;
    ByteReader bytes{said.bytes};
    return read.read(bytes) ? text_of(read.update()) : std::string{};
}

}  // namespace sniperforge::recording
