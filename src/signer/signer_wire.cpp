// SPDX-License-Identifier: MIT
#include "signer/signer_wire.hpp"

#include <algorithm>

#include "sniperforge/solana/pda.hpp"

namespace sniperforge::signer {
namespace {

enum class RequestKind : std::uint8_t {
    Order = 1,
    Withdrawal = 2,
    Mints = 3,
    Upkeep = 4,
    Before = 5
};
constexpr std::uint8_t kWholeMessage = 255;

void begin_request(Bytes& out, RequestKind kind, std::uint32_t number) {
    out.clear();
    append_le(out, static_cast<std::uint8_t>(kind));
    append_le(out, number);
}

[[nodiscard]] bool append_message(Bytes& out, BytesView message) {
    if (message.size() > solana::kTransactionBytesMaxV1) {
        return false;
    }
    append_le(out, static_cast<std::uint16_t>(message.size()));
    append(out, message);
    return true;
}

[[nodiscard]] BytesView read_message(ByteReader& reader) {
    return reader.take(reader.read<std::uint16_t>());
}

void append_policy(Bytes& out, const SigningPolicy& policy) {
    append_le(out, static_cast<std::uint8_t>(policy.kind));
    append(out, policy.mint_in.bytes);
    append(out, policy.mint_out.bytes);
    append_le(out, policy.amount_in_max.raw());
    append_le(out, policy.receive_min.raw());
    append_le(out, policy.leg_count);
    for (const Handover& handover : policy.between) {
        append(out, handover.mint.bytes);
        append_le(out, handover.amount.raw());
    }
    append_le(out, policy.lamports_max.raw());
    append_le(out, policy.token_account_rent.raw());
    append_le(out, policy.tip_max.raw());
    append_le(out, static_cast<std::uint8_t>(policy.nonce ? 1 : 0));
    if (policy.nonce) {
        append(out, policy.nonce->account.bytes);
        append(out, policy.nonce->value.bytes);
    }
    const TransferFeeMax fee = policy.transfer_fee_out.value_or(TransferFeeMax{});
    append_le(out, static_cast<std::uint8_t>(policy.transfer_fee_out ? 1 : 0));
    append_le(out, fee.rate.raw());
    append_le(out, fee.fee_max.raw());
}

// The check asserts what is looked at here.
[[nodiscard]] bool read_policy(ByteReader& reader, SigningPolicy& policy) {
    const auto kind = reader.read<std::uint8_t>();
    policy.mint_in = reader.read_key<Pubkey>();
    policy.mint_out = reader.read_key<Pubkey>();
    policy.amount_in_max = TokenAmount{reader.read<std::uint64_t>()};
    policy.receive_min = TokenAmount{reader.read<std::uint64_t>()};
    policy.leg_count = reader.read<std::uint8_t>();
    for (Handover& handover : policy.between) {
        handover.mint = reader.read_key<Pubkey>();
        handover.amount = TokenAmount{reader.read<std::uint64_t>()};
    }
    policy.lamports_max = Lamports{reader.read<std::uint64_t>()};
    policy.token_account_rent = Lamports{reader.read<std::uint64_t>()};
    policy.tip_max = Lamports{reader.read<std::uint64_t>()};
    const auto has_nonce = reader.read<std::uint8_t>();
    if (has_nonce == 1) {
        policy.nonce.emplace();
        policy.nonce->account = reader.read_key<Pubkey>();
        policy.nonce->value = reader.read_key<Hash>();
    }
    const auto has_fee = reader.read<std::uint8_t>();
    const TransferFeeMax fee{BasisPoints{reader.read<std::uint64_t>()},
                             TokenAmount{reader.read<std::uint64_t>()}};
    if (!reader.ok() || kind > static_cast<std::uint8_t>(OrderKind::Sweep) ||
        policy.leg_count > kLegsMax || has_nonce > 1 || has_fee > 1 ||
        fee.rate > BasisPoints{kBasisPointsOne}) {
        return false;
    }
    if (has_fee == 1) {
        policy.transfer_fee_out = fee;
    }
    policy.kind = static_cast<OrderKind>(kind);
    return policy.kind != OrderKind::Cycle || policy.leg_count > 0;
}

void append_policy(Bytes& out, const WithdrawalPolicy& policy) {
    const WithdrawnAccount account = policy.account.value_or(WithdrawnAccount{});
    append_le(out, static_cast<std::uint8_t>(policy.account ? 1 : 0));
    append(out, account.mint.bytes);
    append(out, account.token_program.bytes);
    append(out, account.account.bytes);
    append_le(out, account.amount.raw());
    append_le(out, account.decimals);
    append_le(out, policy.lamports.raw());
    append_le(out, policy.cost_max.raw());
    append_le(out, policy.token_account_rent.raw());
}

[[nodiscard]] bool read_policy(ByteReader& reader, WithdrawalPolicy& policy) {
    const auto has_account = reader.read<std::uint8_t>();
    WithdrawnAccount account;
    account.mint = reader.read_key<Pubkey>();
    account.token_program = reader.read_key<Pubkey>();
    account.account = reader.read_key<Pubkey>();
    account.amount = TokenAmount{reader.read<std::uint64_t>()};
    account.decimals = reader.read<std::uint8_t>();
    policy.lamports = Lamports{reader.read<std::uint64_t>()};
    policy.cost_max = Lamports{reader.read<std::uint64_t>()};
    policy.token_account_rent = Lamports{reader.read<std::uint64_t>()};
    if (has_account == 1) {
        policy.account = account;
    }
    return reader.ok() && has_account <= 1;
}

// False where it is beyond the bounds.
[[nodiscard]] bool append_policy(Bytes& out, const UpkeepPolicy& policy) {
    if (policy.addresses.size() > kUpkeepAddressesMax ||
        policy.seed.size() > solana::kSeedBytesMax) {
        return false;
    }
    append_le(out, static_cast<std::uint8_t>(policy.kind));
    append(out, policy.account.bytes);
    append_le(out, policy.recent_slot.value);
    append_le(out, policy.lamports.raw());
    append_le(out, policy.cost_max.raw());
    append_le(out, static_cast<std::uint8_t>(policy.seed.size()));
    append(out, bytes_of(policy.seed));
    append_le(out, static_cast<std::uint8_t>(policy.addresses.size()));
    for (const Pubkey& address : policy.addresses) {
        append(out, address.bytes);
    }
    return true;
}

[[nodiscard]] bool read_policy(ByteReader& reader, UpkeepPolicy& policy) {
    const auto kind = reader.read<std::uint8_t>();
    policy.account = reader.read_key<Pubkey>();
    policy.recent_slot = Slot{reader.read<std::uint64_t>()};
    policy.lamports = Lamports{reader.read<std::uint64_t>()};
    policy.cost_max = Lamports{reader.read<std::uint64_t>()};
    const auto seed_size = reader.read<std::uint8_t>();
    const BytesView seed = reader.take(seed_size);
    policy.seed.assign(seed.begin(), seed.end());
    const auto count = reader.read<std::uint8_t>();
    for (std::uint8_t i = 0; i < count && reader.ok(); ++i) {
        policy.addresses.push_back(reader.read_key<Pubkey>());
    }
    if (!reader.ok() || kind > static_cast<std::uint8_t>(UpkeepKind::NonceClose) ||
        seed_size > solana::kSeedBytesMax || count > kUpkeepAddressesMax) {
        return false;
    }
    policy.kind = static_cast<UpkeepKind>(kind);
    return true;
}

void read_tables(ByteReader& reader, std::vector<solana::AddressLookupTable>& tables) {
    const auto count = reader.read<std::uint8_t>();
    if (count > kFrameTablesMax) {
        (void)reader.take(reader.remaining() + 1);  // Not ok from here on.
        return;
    }
    for (std::uint8_t i = 0; i < count && reader.ok(); ++i) {
        solana::AddressLookupTable table;
        table.key = reader.read_key<Pubkey>();
        const BytesView keys =
            reader.take(std::size_t{reader.read<std::uint16_t>()} * Pubkey::kSize);
        for (std::size_t at = 0; at < keys.size(); at += Pubkey::kSize) {
            table.addresses.push_back(Pubkey::from(keys.subspan(at)));
        }
        tables.push_back(std::move(table));
    }
}

[[nodiscard]] bool is_at_end(const ByteReader& reader) {
    return reader.ok() && reader.remaining() == 0;
}

[[nodiscard]] std::optional<Request> read_mints(ByteReader& reader) {
    MintsRequest request;
    const auto count = reader.read<std::uint8_t>();
    for (std::uint8_t i = 0; i < count && reader.ok(); ++i) {
        request.mints.push_back(reader.read_key<Pubkey>());
    }
    return is_at_end(reader) ? std::optional<Request>{std::move(request)} : std::nullopt;
}

[[nodiscard]] std::optional<Request> read_before(ByteReader& reader) {
    BeforeRequest request;
    const auto count = reader.read<std::uint8_t>();
    for (std::uint8_t i = 0; i < count && reader.ok(); ++i) {
        const auto kind = reader.read<std::uint8_t>();
        const Lamports outflow{reader.read<std::uint64_t>()};
        const WallTime at{reader.read<std::int64_t>()};
        const auto is_withdrawal = reader.read<std::uint8_t>();
        const MicroUsd stables{reader.read<std::uint64_t>()};
        if (kind > static_cast<std::uint8_t>(OrderKind::Sweep) || is_withdrawal > 1) {
            return std::nullopt;
        }
        request.before.push_back(
            {static_cast<OrderKind>(kind), outflow, at, is_withdrawal == 1, stables});
    }
    return is_at_end(reader) ? std::optional<Request>{std::move(request)} : std::nullopt;
}

[[nodiscard]] std::optional<Request> read_request(ByteReader& reader) {
    const auto kind = reader.read<std::uint8_t>();
    const auto number = reader.read<std::uint32_t>();
    if (kind == static_cast<std::uint8_t>(RequestKind::Mints)) {
        return read_mints(reader);
    }
    if (kind == static_cast<std::uint8_t>(RequestKind::Before)) {
        return read_before(reader);
    }
    if (kind == static_cast<std::uint8_t>(RequestKind::Order)) {
        OrderRequest request{number, {}, {}, {}};
        if (!read_policy(reader, request.policy)) {
            return std::nullopt;
        }
        request.message = read_message(reader);
        read_tables(reader, request.tables);
        return is_at_end(reader) ? std::optional<Request>{std::move(request)} : std::nullopt;
    }
    if (kind == static_cast<std::uint8_t>(RequestKind::Withdrawal)) {
        WithdrawalRequest request{number, {}, {}};
        if (!read_policy(reader, request.policy)) {
            return std::nullopt;
        }
        request.message = read_message(reader);
        return is_at_end(reader) ? std::optional<Request>{std::move(request)} : std::nullopt;
    }
    if (kind == static_cast<std::uint8_t>(RequestKind::Upkeep)) {
        UpkeepRequest request{number, {}, {}};
        if (!read_policy(reader, request.policy)) {
            return std::nullopt;
        }
        request.message = read_message(reader);
        return is_at_end(reader) ? std::optional<Request>{std::move(request)} : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

bool encode_request(Bytes& out, const OrderRequest& request,
                    std::span<const solana::AddressLookupTable> tables) {
    begin_request(out, RequestKind::Order, request.number);
    append_policy(out, request.policy);
    if (!append_message(out, request.message) || tables.size() > kFrameTablesMax) {
        return false;
    }
    append_le(out, static_cast<std::uint8_t>(tables.size()));
    for (const solana::AddressLookupTable& table : tables) {
        if (table.addresses.size() > solana::kLookupTableAddressesMax) {
            return false;
        }
        append(out, table.key.bytes);
        append_le(out, static_cast<std::uint16_t>(table.addresses.size()));
        for (const Pubkey& address : table.addresses) {
            append(out, address.bytes);
        }
    }
    return out.size() <= kFrameBytesMax;
}

bool encode_request(Bytes& out, const WithdrawalRequest& request) {
    begin_request(out, RequestKind::Withdrawal, request.number);
    append_policy(out, request.policy);
    return append_message(out, request.message);
}

bool encode_request(Bytes& out, const UpkeepRequest& request) {
    begin_request(out, RequestKind::Upkeep, request.number);
    return append_policy(out, request.policy) && append_message(out, request.message);
}

void encode_mints(Bytes& out, std::span<const Pubkey> mints) {
    SF_ASSERT(mints.size() <= kFrameMintsMax);
    begin_request(out, RequestKind::Mints, 0);
    append_le(out, static_cast<std::uint8_t>(mints.size()));
    for (const Pubkey& mint : mints) {
        append(out, mint.bytes);
    }
}

void encode_before(Bytes& out, std::span<const SignedBefore> before) {
    SF_ASSERT(before.size() <= kFrameBeforeMax);
    begin_request(out, RequestKind::Before, 0);
    append_le(out, static_cast<std::uint8_t>(before.size()));
    for (const SignedBefore& each : before) {
        append_le(out, static_cast<std::uint8_t>(each.kind));
        append_le(out, each.outflow.raw());
        append_le(out, each.at.ns);
        append_le(out, static_cast<std::uint8_t>(each.is_withdrawal ? 1 : 0));
        append_le(out, each.stables.raw());
    }
}

Result<Request> decode_request(BytesView frame) {
    ByteReader reader{frame};
    auto request = frame.size() <= kFrameBytesMax ? read_request(reader) : std::nullopt;
    if (!request) {
        return fail("the frame is no request");
    }
    return std::move(*request);
}

void encode_answer(Bytes& out, const Answer& answer) {
    out.clear();
    append_le(out, answer.number);
    append_le(out, static_cast<std::uint8_t>(answer.outcome ? 1 : 0));
    if (answer.outcome) {
        append(out, answer.outcome->bytes);
        return;
    }
    const Refusal& refusal = answer.outcome.error();
    const std::size_t index = refusal.instruction.value_or(kWholeMessage);
    append_le(out, static_cast<std::uint8_t>(std::min<std::size_t>(index, kWholeMessage)));
    const BytesView reason =
        bytes_of(refusal.reason).first(std::min(refusal.reason.size(), kReasonBytesMax));
    append_le(out, static_cast<std::uint16_t>(reason.size()));
    append(out, reason);
}

std::optional<Answer> decode_answer(BytesView frame) {
    ByteReader reader{frame};
    const auto number = reader.read<std::uint32_t>();
    const auto is_ok = reader.read<std::uint8_t>();
    if (is_ok == 1) {
        const auto signature = reader.read_key<Signature>();
        return is_at_end(reader) ? std::optional{Answer{number, signature}} : std::nullopt;
    }
    const auto instruction = reader.read<std::uint8_t>();
    const BytesView reason = reader.take(reader.read<std::uint16_t>());
    if (!is_at_end(reader) || is_ok != 0 || reason.size() > kReasonBytesMax) {
        return std::nullopt;
    }
    Refusal refusal{{}, std::string{reason.begin(), reason.end()}};
    if (instruction != kWholeMessage) {
        refusal.instruction = instruction;
    }
    return Answer{number, Err{std::move(refusal)}};
}

}  // namespace sniperforge::signer
