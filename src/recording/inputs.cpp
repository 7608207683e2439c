// SPDX-License-Identifier: MIT
#include "recording/inputs.hpp"

namespace sniperforge::recording {
namespace {

void append_text(Bytes& out, std::string_view text) {
    append_number(out, text.size());
    append(out, bytes_of(text));
}
[[nodiscard]] std::string_view read_text(ByteReader& reader) {
    const BytesView text = reader.take(read_number(reader));
    return {reinterpret_cast<const char*>(text.data()), text.size()};
}

// What is written of each kind of update, behind its place in the variant.
struct UpdateParts {
    Bytes& out;

    void operator()(const AccountUpdate& account) const {
        append_number(out, account.slot.value);
        append(out, account.pubkey.bytes);
        append(out, account.owner.bytes);
        append_number(out, account.lamports.raw());
        out.push_back(account.is_read ? 1 : 0);
        append_number(out, account.data.size());
        append(out, account.data);
    }
    void operator()(const SlotUpdate& slot) const {
        append_number(out, slot.slot.value);
        append_number(out, slot.parent.value);
        append_number(out, slot.root.value);
    }
    void operator()(const LogsUpdate& logs) const {
        append_number(out, logs.slot.value);
        append(out, logs.signature.bytes);
        out.push_back(logs.is_failed ? 1 : 0);
        append_number(out, logs.lines.size());
        for (const std::string_view line : logs.lines) {
            append_text(out, line);
        }
    }
    void operator()(const SignatureUpdate& signature) const {
        append_number(out, signature.slot.value);
        append(out, signature.signature.bytes);
        append_text(out, signature.error);
    }
    void operator()(const FeedLost& lost) const {
        append_text(out, lost.endpoint);
        append_text(out, lost.reason);
    }
    void operator()(const FeedRestored& restored) const { append_text(out, restored.endpoint); }
    void operator()(const AccountsLost& lost) const {
        append_accounts(lost.accounts);
        append_text(out, lost.reason);
    }
    void operator()(const AccountsRestored& restored) const { append_accounts(restored.accounts); }

    void append_accounts(std::span<const Pubkey> accounts) const {
        append_number(out, accounts.size());
        for (const Pubkey& account : accounts) {
            append(out, account.bytes);
        }
    }
};

[[nodiscard]] Slot read_slot(ByteReader& reader) { return Slot{read_number(reader)}; }

[[nodiscard]] AccountUpdate read_account(ByteReader& reader) {
    AccountUpdate account;
    account.slot = read_slot(reader);
    account.pubkey = reader.read_key<Pubkey>();
    account.owner = reader.read_key<Pubkey>();
    account.lamports = Lamports{read_number(reader)};
    account.is_read = reader.read<std::uint8_t>() != 0;
    account.data = reader.take(read_number(reader));
    return account;
}

}  // namespace

void append_update(const ChainUpdate& update, Bytes& out) {
    out.push_back(static_cast<std::uint8_t>(update.index()));
    std::visit(UpdateParts{out}, update);
}

bool ReadUpdate::read(ByteReader& reader) {
    const auto read_accounts = [&] {
        const std::uint64_t count = read_number(reader);
        for (std::uint64_t i = 0; reader.ok() && i < count; ++i) {
            accounts_.push_back(reader.read_key<Pubkey>());
        }
    };
    switch (reader.read<std::uint8_t>()) {
        case 0:
            update_ = read_account(reader);
            break;
        case 1: {
            SlotUpdate slot;
            slot.slot = read_slot(reader);
            slot.parent = read_slot(reader);
            slot.root = read_slot(reader);
            update_ = slot;
            break;
        }
        case 2: {
            LogsUpdate logs;
            logs.slot = read_slot(reader);
            logs.signature = reader.read_key<Signature>();
            logs.is_failed = reader.read<std::uint8_t>() != 0;
            const std::uint64_t count = read_number(reader);
            for (std::uint64_t i = 0; reader.ok() && i < count; ++i) {
                lines_.push_back(read_text(reader));
            }
            logs.lines = lines_;
            update_ = logs;
            break;
        }
        case 3: {
            SignatureUpdate signature;
            signature.slot = read_slot(reader);
            signature.signature = reader.read_key<Signature>();
            signature.error = read_text(reader);
            update_ = signature;
            break;
        }
        case 4: {
            FeedLost lost;
            lost.endpoint = read_text(reader);
            lost.reason = read_text(reader);
            update_ = lost;
            break;
        }
        case 5:
            update_ = FeedRestored{read_text(reader)};
            break;
        case 6: {
            read_accounts();
            update_ = AccountsLost{accounts_, read_text(reader)};
            break;
        }
        case 7:
            read_accounts();
            update_ = AccountsRestored{accounts_};
            break;
        default:
            return false;
    }
    return reader.ok();
}

}  // namespace sniperforge::recording
