// SPDX-License-Identifier: MIT
#include "sniperforge/dex/raydium_cpmm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "dex/account_kind.hpp"
#include "dex/constant_product.hpp"
#include "dex/vault_accounts.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

// Instruction discriminators.
constexpr std::array<std::uint8_t, 8> kSwapBaseInput{0x8f, 0xbe, 0x5a, 0xda,
                                                     0xc4, 0x1e, 0x33, 0xde};
constexpr std::array<std::uint8_t, 8> kSwapBaseOutput{0x37, 0xd9, 0x62, 0x56,
                                                      0xa3, 0x4a, 0xb4, 0xad};

// Bits of the accounts: pool, user source and destination, both vaults, observation.
constexpr std::uint32_t kSwapWritable = 0b1'0000'1111'1000;
constexpr InstructionShape kInstructions[] = {
    {.name = "swap_base_input",
     .discriminator = kSwapBaseInput,
     .data_bytes_min = 24,
     .accounts_min = 13,
     .accounts_max = 13,
     .writable = kSwapWritable,
     .signers = 0b1,
     .is_ours = true},
    {.name = "swap_base_output",
     .discriminator = kSwapBaseOutput,
     .data_bytes_min = 24,
     .accounts_min = 13,
     .accounts_max = 13,
     .writable = kSwapWritable,
     .signers = 0b1,
     .is_ours = true},
    {.name = "initialize",
     .discriminator = {0xaf, 0xaf, 0x6d, 0x1f, 0x0d, 0x98, 0x9b, 0xed},
     .data_bytes_min = 32,
     .accounts_min = 14,
     .accounts_max = 20,
     .creation = CreationAccounts{.pool = 3, .mint_a = 4, .mint_b = 5}},
    {.name = "initialize_with_permission",
     .discriminator = {0x3f, 0x37, 0xfe, 0x41, 0x31, 0xb2, 0x59, 0x79},
     .data_bytes_min = 32,
     .accounts_min = 16,
     .accounts_max = 22,
     .creation = CreationAccounts{.pool = 4, .mint_a = 5, .mint_b = 6}},
};

// PDA ["vault_and_lp_mint_auth_seed"] of the program: it owns every vault.
const Pubkey& vault_authority() {
    static const Pubkey authority = pubkey_constant("GpMZbSM2GgvTKHJirzeGfMFoaZ8UR2X7F4v8vHTvxFbL");
    return authority;
}

std::uint64_t net_reserve(std::uint64_t vault, std::uint64_t protocol, std::uint64_t fund,
                          std::uint64_t creator) {
    const u128 owed = static_cast<u128>(protocol) + fund + creator;
    return owed >= vault ? 0 : vault - static_cast<std::uint64_t>(owed);
}

std::optional<QuoteError> refusal_of(const RaydiumCpmmPool& pool, const CpmmRates& rates,
                                     const QuoteContext& context) {
    if (!is_complete(pool)) {
        return QuoteError::PoolIncomplete;
    }
    // Each rate alone is checked first, so that their sum cannot wrap.
    const bool is_rates_possible = rates.trade < kCpmmRateOne &&
                                   rates.creator_on_input < kCpmmRateOne &&
                                   rates.creator_on_output < kCpmmRateOne &&
                                   rates.trade + rates.creator_on_input < kCpmmRateOne;
    if (pool.creator_fee_on > 2 || !is_rates_possible) {
        return QuoteError::Unsupported;
    }
    if ((pool.status & kCpmmStatusSwapDisabled) != 0 || context.unix_time < pool.open_time) {
        return QuoteError::SwapDisabled;
    }
    return std::nullopt;
}

// Splits what the input lost into the creator's share (rounded down, as the program does) and the
// trade fee.
void split_input_fee(std::uint64_t total, const CpmmRates& rates, SwapQuote& quote) {
    quote.trade_fee = TokenAmount{total};
    if (rates.creator_on_input == 0) {
        return;
    }
    const auto creator =
        mul_div_floor(total, rates.creator_on_input, rates.trade + rates.creator_on_input);
    SF_ASSERT(creator.has_value());
    quote.creator_fee = TokenAmount{*creator};
    quote.trade_fee -= quote.creator_fee;
}

solana::Instruction swap_instruction(const RaydiumCpmmPool& pool, Direction direction,
                                     const std::array<std::uint8_t, 8>& discriminator,
                                     TokenAmount first, TokenAmount second,
                                     const SwapAccounts& accounts) {
    const bool is_a_in = direction == Direction::AToB;
    solana::Instruction instruction;
    instruction.program_id = solana::kRaydiumCpmmProgram;
    instruction.accounts = {
        solana::signer(accounts.user),
        solana::readonly(vault_authority()),
        solana::readonly(pool.amm_config),
        solana::writable(pool.id),
        solana::writable(accounts.user_source),
        solana::writable(accounts.user_destination),
        solana::writable(is_a_in ? pool.vault_a : pool.vault_b),
        solana::writable(is_a_in ? pool.vault_b : pool.vault_a),
        solana::readonly(is_a_in ? pool.program_a : pool.program_b),
        solana::readonly(is_a_in ? pool.program_b : pool.program_a),
        solana::readonly(is_a_in ? pool.mint_a : pool.mint_b),
        solana::readonly(is_a_in ? pool.mint_b : pool.mint_a),
        solana::writable(pool.observation),
    };
    instruction.data.reserve(discriminator.size() + 2 * sizeof(std::uint64_t));
    append(instruction.data, discriminator);
    append_le(instruction.data, first.raw());
    append_le(instruction.data, second.raw());
    return instruction;
}

constexpr AccountKind kPool{"Raydium CPMM pool", kCpmmPoolBytes, kCpmmPoolDiscriminator};
constexpr AccountKind kConfig{"a Raydium CPMM config", kCpmmConfigBytes, kCpmmConfigDiscriminator};

}  // namespace

CpmmRates cpmm_rates(const RaydiumCpmmPool& pool, Direction direction) {
    CpmmRates rates{.trade = pool.trade_fee_rate};
    if (!pool.is_creator_fee_enabled) {
        return rates;
    }
    const bool is_on_input = pool.creator_fee_on == 0 ||
                             (pool.creator_fee_on == 1 && direction == Direction::AToB) ||
                             (pool.creator_fee_on == 2 && direction == Direction::BToA);
    (is_on_input ? rates.creator_on_input : rates.creator_on_output) = pool.creator_fee_rate;
    return rates;
}

CpmmFeeShares cpmm_fee_shares(const RaydiumCpmmPool& pool, const SwapQuote& quote) {
    const auto share = [&](std::uint64_t rate) {
        // A rate above one would give more than the whole fee: capped, never wrapped.
        const auto part =
            mul_div_floor(quote.trade_fee.raw(), std::min(rate, kCpmmRateOne), kCpmmRateOne);
        SF_ASSERT(part.has_value());
        return TokenAmount{*part};
    };
    return {share(pool.protocol_fee_rate), share(pool.fund_fee_rate)};
}

bool is_cpmm_pool(BytesView data) {
    return data.size() >= kCpmmPoolBytes && starts_with(data, kCpmmPoolDiscriminator);
}

Result<RaydiumCpmmPool> decode_cpmm_pool(const Pubkey& id, BytesView data) {
    if (auto fits = check_kind(kPool, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const auto key = [&](std::size_t offset) { return Pubkey::from(data.subspan(offset)); };
    const auto u64 = [&](std::size_t offset) { return read_le<std::uint64_t>(data, offset); };
    // Built in the result: half a kilobyte is worth not copying.
    Result<RaydiumCpmmPool> result{std::in_place};
    RaydiumCpmmPool& pool = *result;
    pool.id = id;
    pool.amm_config = key(8);
    pool.creator = key(40);
    pool.vault_a = key(72);
    pool.vault_b = key(104);
    pool.lp_mint = key(136);
    pool.mint_a = key(168);
    pool.mint_b = key(200);
    pool.program_a = key(232);
    pool.program_b = key(264);
    pool.observation = key(296);
    pool.status = data[329];
    pool.decimals_a = data[331];
    pool.decimals_b = data[332];
    pool.lp_supply = u64(333);
    pool.protocol_fees_a = u64(341);
    pool.protocol_fees_b = u64(349);
    pool.fund_fees_a = u64(357);
    pool.fund_fees_b = u64(365);
    // A time beyond the signed range never comes: such a pool stays shut.
    constexpr auto kNever = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    pool.open_time = static_cast<std::int64_t>(std::min(u64(373), kNever));
    pool.creator_fee_on = data[389];
    pool.is_creator_fee_enabled = data[390] != 0;
    pool.creator_fees_a = u64(397);
    pool.creator_fees_b = u64(405);
    return result;
}

Result<RaydiumCpmmConfig> decode_cpmm_config(BytesView data) {
    if (auto fits = check_kind(kConfig, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    RaydiumCpmmConfig config;
    config.bump = data[8];
    config.is_create_pool_disabled = data[9] != 0;
    config.index = read_le<std::uint16_t>(data, 10);
    config.trade_fee_rate = read_le<std::uint64_t>(data, 12);
    config.protocol_fee_rate = read_le<std::uint64_t>(data, 20);
    config.fund_fee_rate = read_le<std::uint64_t>(data, 28);
    config.create_pool_fee = read_le<std::uint64_t>(data, 36);
    config.protocol_owner = Pubkey::from(data.subspan(44));
    config.fund_owner = Pubkey::from(data.subspan(76));
    config.creator_fee_rate = read_le<std::uint64_t>(data, 108);
    return config;
}

void apply_config(RaydiumCpmmPool& pool, const RaydiumCpmmConfig& config) {
    pool.trade_fee_rate = config.trade_fee_rate;
    pool.protocol_fee_rate = config.protocol_fee_rate;
    pool.fund_fee_rate = config.fund_fee_rate;
    pool.creator_fee_rate = config.creator_fee_rate;
    pool.has_config = true;
}

QuoteResult quote_exact_in(const RaydiumCpmmPool& pool, Direction direction, TokenAmount amount_in,
                           const QuoteContext& context) {
    const CpmmRates rates = cpmm_rates(pool, direction);
    if (const auto refusal = refusal_of(pool, rates, context)) {
        return Err<QuoteError>{*refusal};
    }
    if (amount_in.is_zero()) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const SwapReserves reserves = swap_reserves(pool, direction);
    if (reserves.in == 0 || reserves.out == 0) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    SwapQuote quote;
    quote.amount_in = amount_in;
    // One ceil over both rates: the program's rounding. (The vendor's npm SDK rounds each fee by
    // itself and can be one unit off.)
    const auto fee =
        mul_div_ceil(amount_in.raw(), rates.trade + rates.creator_on_input, kCpmmRateOne);
    SF_ASSERT(fee.has_value());
    split_input_fee(*fee, rates, quote);

    std::uint64_t out = curve_out_floor(reserves.in, reserves.out, amount_in.raw() - *fee);
    if (rates.creator_on_output != 0) {
        const auto creator = mul_div_ceil(out, rates.creator_on_output, kCpmmRateOne);
        SF_ASSERT(creator.has_value());
        quote.creator_fee = TokenAmount{*creator};
        quote.is_creator_fee_on_output = true;
        out -= *creator;
    }
    if (out == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    quote.amount_out = TokenAmount{out};
    return quote;
}

QuoteResult quote_exact_out(const RaydiumCpmmPool& pool, Direction direction,
                            TokenAmount amount_out, const QuoteContext& context) {
    const CpmmRates rates = cpmm_rates(pool, direction);
    if (const auto refusal = refusal_of(pool, rates, context)) {
        return Err<QuoteError>{*refusal};
    }
    if (amount_out.is_zero()) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const SwapReserves reserves = swap_reserves(pool, direction);
    SwapQuote quote;
    quote.amount_out = amount_out;
    const auto gross_out = before_fee_ceil(amount_out.raw(), rates.creator_on_output, kCpmmRateOne);
    if (reserves.in == 0 || !gross_out || *gross_out >= reserves.out) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    if (rates.creator_on_output != 0) {
        quote.creator_fee = TokenAmount{*gross_out - amount_out.raw()};
        quote.is_creator_fee_on_output = true;
    }
    const auto net_in = curve_in_ceil(reserves.in, reserves.out, *gross_out);
    if (!net_in) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    const auto in = before_fee_ceil(*net_in, rates.trade + rates.creator_on_input, kCpmmRateOne);
    if (!in) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    quote.amount_in = TokenAmount{*in};
    split_input_fee(*in - *net_in, rates, quote);
    return quote;
}

TokenAmount reserve_a(const RaydiumCpmmPool& pool) {
    return TokenAmount{net_reserve(pool.vault_amount_a, pool.protocol_fees_a, pool.fund_fees_a,
                                   pool.creator_fees_a)};
}

TokenAmount reserve_b(const RaydiumCpmmPool& pool) {
    return TokenAmount{net_reserve(pool.vault_amount_b, pool.protocol_fees_b, pool.fund_fees_b,
                                   pool.creator_fees_b)};
}

MarginalPrice marginal_price(const RaydiumCpmmPool& pool) {
    if (!pool.has_vaults()) {
        return {};
    }
    return {.numerator = reserve_b(pool).raw(), .denominator = reserve_a(pool).raw()};
}

std::vector<Pubkey> accounts_needed(const RaydiumCpmmPool& pool) {
    std::vector<Pubkey> accounts{pool.vault_a, pool.vault_b, pool.amm_config};
    if (pool.program_a != solana::kTokenProgram) {
        accounts.push_back(pool.mint_a);
    }
    if (pool.program_b != solana::kTokenProgram) {
        accounts.push_back(pool.mint_b);
    }
    return accounts;
}

std::vector<Pubkey> accounts_shared(const RaydiumCpmmPool& pool) { return {pool.amm_config}; }

Result<bool> apply_account(RaydiumCpmmPool& pool, const AccountUpdate& update) {
    if (update.pubkey == pool.amm_config) {
        if (update.owner != solana::kRaydiumCpmmProgram) {
            return fail(fmt::format("reading config {} of pool {}: owned by {}, expected {}",
                                    update.pubkey.to_string(), pool.id.to_string(),
                                    update.owner.to_string(),
                                    solana::kRaydiumCpmmProgram.to_string()));
        }
        const auto config = decode_cpmm_config(update.data);
        if (!config) {
            return fail(fmt::format("reading config {} of pool {}", update.pubkey.to_string(),
                                    pool.id.to_string()),
                        config.error());
        }
        apply_config(pool, *config);
        return true;
    }
    return apply_vault(pool, update);
}

void forget_account(RaydiumCpmmPool& pool, const Pubkey& account) {
    pool.has_config = pool.has_config && account != pool.amm_config;
    forget_vault(pool, account);
}

bool is_complete(const RaydiumCpmmPool& pool) { return pool.has_vaults() && pool.has_config; }

bool is_swap_enabled(const RaydiumCpmmPool& pool) {
    return (pool.status & kCpmmStatusSwapDisabled) == 0;
}

void disable(RaydiumCpmmPool& pool) { pool.status |= kCpmmStatusSwapDisabled; }

bool is_same_identity(const RaydiumCpmmPool& a, const RaydiumCpmmPool& b) {
    return a.vault_a == b.vault_a && a.vault_b == b.vault_b && a.mint_a == b.mint_a &&
           a.mint_b == b.mint_b && a.amm_config == b.amm_config && a.program_a == b.program_a &&
           a.program_b == b.program_b;
}

void carry_over(const RaydiumCpmmPool& from, RaydiumCpmmPool& to) {
    carry_vaults(from, to);
    to.has_config = from.has_config;
    to.trade_fee_rate = from.trade_fee_rate;
    to.protocol_fee_rate = from.protocol_fee_rate;
    to.fund_fee_rate = from.fund_fee_rate;
    to.creator_fee_rate = from.creator_fee_rate;
}

std::span<const InstructionShape> raydium_cpmm_instructions() { return kInstructions; }

solana::Instruction swap_exact_in(const RaydiumCpmmPool& pool, Direction direction,
                                  TokenAmount amount_in, TokenAmount amount_out_min,
                                  const SwapAccounts& accounts) {
    return swap_instruction(pool, direction, kSwapBaseInput, amount_in, amount_out_min, accounts);
}

solana::Instruction swap_exact_out(const RaydiumCpmmPool& pool, Direction direction,
                                   TokenAmount amount_in_max, TokenAmount amount_out,
                                   const SwapAccounts& accounts) {
    return swap_instruction(pool, direction, kSwapBaseOutput, amount_in_max, amount_out, accounts);
}

}  // namespace sniperforge::dex
