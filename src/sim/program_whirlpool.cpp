// SPDX-License-Identifier: MIT
// Orca Whirlpool: swap and swap_v2. Source: protocol amm-orca sections 1, 3, 4 and 5. Liquidity is
// put there by genesis: positions are not simulated.
#include <array>
#include <utility>

#include "sim/program_token_layout.hpp"
#include "sim/program_whirlpool_swap.hpp"
#include "sim/programs.hpp"

namespace sniperforge::sim {
namespace whirlpool {
namespace {

constexpr anchor::Discriminator kSwap{0xf8, 0xc6, 0x9e, 0x91, 0xe1, 0x75, 0x87, 0xc8};
constexpr anchor::Discriminator kSwapV2{0x2b, 0x04, 0xed, 0x0b, 0x1a, 0xc9, 0x1e, 0x62};
constexpr anchor::Discriminator kTraded{0xe1, 0xca, 0x49, 0xaf, 0x93, 0x2b, 0xa0, 0x96};

constexpr anchor::Fault kSqrtPriceOutOfBounds{6011, "SqrtPriceOutOfBounds",
                                              "Provided sqrt price out of bounds"};
constexpr anchor::Fault kMultiplicationOverflow{6017, "TokenMaxExceeded", "Exceeded token max"};
constexpr anchor::Fault kInvalidTimestamp{
    6022, "InvalidTimestamp", "Timestamp should be greater than the last updated timestamp"};
constexpr anchor::Fault kInvalidSequence{6023, "InvalidTickArraySequence",
                                         "Invalid tick array sequence provided for instruction."};
constexpr anchor::Fault kLimitDirection{6034, "InvalidSqrtPriceLimitDirection",
                                        "Provided SqrtPriceLimit not in the same direction as the "
                                        "swap."};
constexpr anchor::Fault kZeroTradable{6035, "ZeroTradableAmount",
                                      "There are no tradable amount to swap."};
constexpr anchor::Fault kOutBelowMinimum{6036, "AmountOutBelowMinimum",
                                         "Amount out below minimum threshold"};
constexpr anchor::Fault kInAboveMaximum{6037, "AmountInAboveMaximum",
                                        "Amount in above maximum threshold"};
constexpr anchor::Fault kSequenceIndex{6038, "TickArraySequenceInvalidIndex",
                                       "Invalid index for tick array sequence"};
constexpr anchor::Fault kPartialFill{6057, "PartialFillError",
                                     "Exact output could not be filled completely"};
constexpr anchor::Fault kTradeIsNotEnabled{6064, "TradeIsNotEnabled", "Trade is not enabled yet"};

// Own units, without the token program's. Swaps on mainnet take 45,000 to 80,000 in all.
constexpr std::uint64_t kSwapUnits = 40'000;

// Where the accounts of the two forms stand.
struct Accounts {
    std::size_t program_a = 0, program_b = 0, authority = 1, pool = 2, owner_a = 3, vault_a = 4,
                owner_b = 5, vault_b = 6, first_array = 7, oracle = 10, count = 11;
    bool is_v2 = false;
};
constexpr Accounts kLegacy{};
constexpr Accounts kV2{0, 1, 3, 4, 7, 8, 9, 10, 11, 14, 15, true};
constexpr std::size_t kV2Memo = 2, kV2MintA = 5, kV2MintB = 6;

struct Wanted {
    SwapQuery query;
    std::uint64_t threshold = 0;
    std::size_t supplemental = 0;  // Further tick arrays behind the fixed accounts.
};

// Option<RemainingAccountsInfo>: slices of the accounts behind the fixed ones.
bool read_slices(ByteReader& reader, Wanted& wanted) {
    constexpr std::uint8_t kSupplementalTickArrays = 6;
    if (reader.remaining() == 0 || reader.read<std::uint8_t>() == 0) {
        return true;
    }
    const auto count = reader.read<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        const auto type = reader.read<std::uint8_t>();
        const auto length = reader.read<std::uint8_t>();
        if (type != kSupplementalTickArrays) {
            return false;  // No mint here has a transfer hook.
        }
        wanted.supplemental += length;
    }
    constexpr std::size_t kSupplementalMax = 3;
    return reader.ok() && wanted.supplemental <= kSupplementalMax;
}

Executed<Wanted> read_arguments(Invocation& call, bool is_v2) {
    ByteReader reader{call.data().subspan(8)};
    Wanted wanted;
    wanted.query.amount = reader.read<std::uint64_t>();
    wanted.threshold = reader.read<std::uint64_t>();
    wanted.query.sqrt_price_limit = reader.read<u128>();
    wanted.query.is_exact_in = reader.read<std::uint8_t>() != 0;
    wanted.query.is_a_to_b = reader.read<std::uint8_t>() != 0;
    wanted.query.now = static_cast<std::uint64_t>(call.clock().unix_time);
    if (!reader.ok() || (is_v2 && !read_slices(reader, wanted))) {
        return anchor::fail(call, anchor::kInstructionDidNotDeserialize);
    }
    return wanted;
}

ProgramResult check_mints(Invocation& call, const Accounts& at) {
    const Bytes& state = call.account(at.pool).data;
    if (!at.is_v2) {
        return anchor::check_program(call, at.program_a, solana::kTokenProgram, "token_program");
    }
    SF_SIM_TRY(anchor::check_program(call, kV2Memo, solana::kMemoProgram, "memo_program"));
    for (const auto& [mint, offset, program, name] :
         {std::tuple{kV2MintA, pool::kMintA, at.program_a, "token_mint_a"},
          std::tuple{kV2MintB, pool::kMintB, at.program_b, "token_mint_b"}}) {
        SF_SIM_TRY(anchor::check_address(call, mint, anchor::key_at(state, offset), name));
        SF_SIM_TRY(anchor::check_mint(call, mint, name));
        SF_SIM_TRY(anchor::check_program(call, program, call.account(mint).owner, name));
    }
    return {};
}

ProgramResult check_accounts(Invocation& call, const Accounts& at) {
    SF_SIM_TRY(anchor::check_state(call, at.pool, kPoolDiscriminator, kPoolBytes, "whirlpool"));
    SF_SIM_TRY(anchor::check_writable(call, at.pool, "whirlpool"));
    SF_SIM_TRY(anchor::check_signer(call, at.authority, "token_authority"));
    SF_SIM_TRY(check_mints(call, at));
    const Bytes& state = call.account(at.pool).data;
    const Pubkey mint_a = anchor::key_at(state, pool::kMintA);
    const Pubkey mint_b = anchor::key_at(state, pool::kMintB);
    SF_SIM_TRY(anchor::check_token_account(call, at.owner_a, mint_a, "token_owner_account_a"));
    SF_SIM_TRY(anchor::check_token_account(call, at.owner_b, mint_b, "token_owner_account_b"));
    SF_SIM_TRY(anchor::check_address(call, at.vault_a, anchor::key_at(state, pool::kVaultA),
                                     "token_vault_a"));
    SF_SIM_TRY(anchor::check_address(call, at.vault_b, anchor::key_at(state, pool::kVaultB),
                                     "token_vault_b"));
    SF_SIM_TRY(anchor::check_token_account(call, at.vault_a, mint_a, "token_vault_a"));
    SF_SIM_TRY(anchor::check_token_account(call, at.vault_b, mint_b, "token_vault_b"));
    return anchor::check_seeds(call, at.oracle, oracle_address(call.key(at.pool)), "oracle");
}

bool has_oracle(Invocation& call, const Accounts& at) {
    const Account& account = call.account(at.oracle);
    return account.owner == call.program_id() &&
           anchor::has_discriminator(account.data, kOracleDiscriminator) &&
           account.data.size() >= kOracleBytes;
}

struct Sequence {
    std::vector<std::size_t> accounts;  // Indexes into the instruction's.
    std::vector<TickArray> arrays;
};

// The given accounts in the order of the swap. One that nobody has initialised counts as an array
// without ticks if its address is the right one.
Executed<Sequence> find_arrays(Invocation& call, const Accounts& at, const PoolState& state,
                               const Wanted& wanted) {
    std::vector<std::size_t> given{at.first_array, at.first_array + 1, at.first_array + 2};
    for (std::size_t i = 0; i < wanted.supplemental; ++i) {
        given.push_back(at.count + i);
    }
    const Pubkey pool_key = call.key(at.pool);
    Sequence sequence;
    for (const std::int32_t start : array_starts(state, wanted.query.is_a_to_b)) {
        const auto found = std::ranges::find_if(given, [&](std::size_t index) {
            const Account& account = call.account(index);
            if (account.owner == solana::kSystemProgram && account.data.empty()) {
                return call.key(index) == tick_array_address(pool_key, start);
            }
            return account.owner == call.program_id() && is_tick_array(account.data) &&
                   pool_of(account.data) == pool_key && start_of(account.data) == start;
        });
        if (found == given.end()) {
            break;
        }
        sequence.accounts.push_back(*found);
        sequence.arrays.push_back({start, call.account(*found).data});
    }
    if (sequence.arrays.empty()) {
        return anchor::fail(call, kInvalidSequence);
    }
    return sequence;
}

anchor::Fault fault_of(SwapFault fault) {
    switch (fault) {
        case SwapFault::ZeroAmount:
            return kZeroTradable;
        case SwapFault::LimitOutOfBounds:
            return kSqrtPriceOutOfBounds;
        case SwapFault::LimitInWrongDirection:
            return kLimitDirection;
        case SwapFault::ClockBeforeOracle:
            return kInvalidTimestamp;
        case SwapFault::OutOfArrays:
            return kSequenceIndex;
        case SwapFault::PartlyFilled:
            return kPartialFill;
        case SwapFault::Arithmetic:
            break;
    }
    return kMultiplicationOverflow;
}

// Fee growth outside of the crossed ticks, then the pool, then the oracle.
ProgramResult book(Invocation& call, const Accounts& at, const Sequence& sequence,
                   const SwapResult& result, bool is_a_to_b) {
    for (const Crossing& crossing : result.crossings) {
        auto data = call.data_of(sequence.accounts[crossing.array]);
        if (!data) {
            return InstructionFailure{std::move(data).error()};
        }
        for (const auto& [offset, growth] :
             {std::pair{crossing.growth_at, crossing.growth_a},
              std::pair{crossing.growth_at + sizeof(u128), crossing.growth_b}}) {
            write_le(*data, offset, static_cast<u128>(growth - read_le<u128>(*data, offset)));
        }
    }
    auto state = call.data_of(at.pool);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    write_le(*state, pool::kLiquidity, result.liquidity);
    write_le(*state, pool::kSqrtPrice, result.sqrt_price);
    write_le(*state, pool::kTick, result.tick);
    write_le(*state, pool::kGrowthA, result.growth_a);
    write_le(*state, pool::kGrowthB, result.growth_b);
    const std::size_t owed = is_a_to_b ? pool::kOwedA : pool::kOwedB;
    write_le(*state, owed, read_le<std::uint64_t>(*state, owed) + result.protocol_fee);
    write_le(*state, pool::kRewardTime, static_cast<std::uint64_t>(call.clock().unix_time));
    if (!result.adaptive) {
        return {};
    }
    auto seen = call.data_of(at.oracle);
    if (!seen) {
        return InstructionFailure{std::move(seen).error()};
    }
    write_adaptive(*seen, *result.adaptive);
    return {};
}

// swap_v2 names mint and decimals, swap does not.
ProgramResult move(Invocation& call, const Accounts& at, bool is_token_a, bool is_from_user,
                   std::uint64_t amount) {
    const std::size_t owner = is_token_a ? at.owner_a : at.owner_b;
    const std::size_t vault = is_token_a ? at.vault_a : at.vault_b;
    const Pubkey pool_key = call.key(at.pool);
    const Pubkey from = call.key(is_from_user ? owner : vault);
    const Pubkey to = call.key(is_from_user ? vault : owner);
    const Pubkey authority = is_from_user ? call.key(at.authority) : pool_key;
    if (at.is_v2) {
        const std::size_t mint = is_token_a ? kV2MintA : kV2MintB;
        return anchor::transfer_tokens(
            call,
            {call.key(is_token_a ? at.program_a : at.program_b), from, call.key(mint), to,
             authority, amount, call.account(mint).data[token::kDecimals]},
            {&pool_key, 1});
    }
    constexpr std::uint8_t kTransfer = 3;
    solana::Instruction transfer{
        solana::kTokenProgram,
        {solana::writable(from), solana::writable(to), solana::signer(authority)},
        {kTransfer}};
    append_le(transfer.data, amount);
    return call.invoke(transfer, {&pool_key, 1});
}

void log_traded(Invocation& call, const Accounts& at, const PoolState& before,
                const SwapResult& result, bool is_a_to_b) {
    Bytes event(kTraded.begin(), kTraded.end());
    append(event, call.key(at.pool).bytes);
    append_le(event, std::uint8_t{is_a_to_b});
    append_le(event, before.sqrt_price);
    append_le(event, result.sqrt_price);
    append_le(event, result.amount_in);
    append_le(event, result.amount_out);
    append_le(event, std::uint64_t{0});  // No mint here has a transfer fee.
    append_le(event, std::uint64_t{0});
    append_le(event, result.fee - result.protocol_fee);
    append_le(event, result.protocol_fee);
    call.log_data(event);
}

ProgramResult check_bound(Invocation& call, const Wanted& wanted, const SwapResult& result) {
    if (wanted.query.is_exact_in) {
        return result.amount_out < wanted.threshold ? anchor::fail(call, kOutBelowMinimum)
                                                    : ProgramResult{};
    }
    return result.amount_in > wanted.threshold ? anchor::fail(call, kInAboveMaximum)
                                               : ProgramResult{};
}

ProgramResult run_swap(Invocation& call, const Accounts& at) {
    SF_SIM_TRY(call.consume(kSwapUnits));
    const auto wanted = read_arguments(call, at.is_v2);
    if (!wanted) {
        return InstructionFailure{wanted.error()};
    }
    if (call.size() < at.count + wanted->supplemental) {
        return anchor::fail(call, anchor::kAccountNotEnoughKeys);
    }
    SF_SIM_TRY(check_accounts(call, at));
    PoolState state = read_state(call.account(at.pool).data);
    if (has_oracle(call, at)) {
        const Bytes& seen = call.account(at.oracle).data;
        SF_SIM_TRY(anchor::check_writable(call, at.oracle, "oracle"));
        if (wanted->query.now < read_le<std::uint64_t>(seen, oracle::kTradeEnableTime)) {
            return anchor::fail(call, kTradeIsNotEnabled);
        }
        state.adaptive = read_adaptive(seen);
    }
    const auto sequence = find_arrays(call, at, state, *wanted);
    if (!sequence) {
        return InstructionFailure{sequence.error()};
    }
    const auto outcome = swap(state, sequence->arrays, wanted->query);
    if (!outcome) {
        return anchor::fail(call, fault_of(outcome.error()));
    }
    SF_SIM_TRY(check_bound(call, *wanted, *outcome));
    const bool is_a_to_b = wanted->query.is_a_to_b;
    SF_SIM_TRY(book(call, at, *sequence, *outcome, is_a_to_b));
    SF_SIM_TRY(move(call, at, is_a_to_b, true, outcome->amount_in));
    SF_SIM_TRY(move(call, at, !is_a_to_b, false, outcome->amount_out));
    log_traded(call, at, state, *outcome, is_a_to_b);
    return {};
}

}  // namespace
}  // namespace whirlpool

ProgramResult run_whirlpool(Invocation& call) {
    if (anchor::has_discriminator(call.data(), whirlpool::kSwap)) {
        call.log("Instruction: Swap");
        return whirlpool::run_swap(call, whirlpool::kLegacy);
    }
    if (anchor::has_discriminator(call.data(), whirlpool::kSwapV2)) {
        call.log("Instruction: SwapV2");
        return whirlpool::run_swap(call, whirlpool::kV2);
    }
    constexpr std::uint64_t kUnitsOfUnknown = 500;
    SF_SIM_TRY(call.consume(kUnitsOfUnknown));
    return anchor::fail(call, anchor::kInstructionMissing);
}

}  // namespace sniperforge::sim
