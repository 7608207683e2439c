// SPDX-License-Identifier: MIT
#include "sniperforge/sim/whirlpool.hpp"

#include <algorithm>
#include <map>

#include "sim/genesis_accounts.hpp"
#include "sim/program_token_layout.hpp"
#include "sim/program_whirlpool_swap.hpp"
#include "sim/whirlpool_build.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim {
namespace {

using solana::readonly;
using solana::writable;

// Mainnet's WhirlpoolsConfig. Source: protocol amm-orca.
constexpr Pubkey kConfig =
    solana::detail::key_literal("2LecshUwdy9xi7meFgHtFJQNSKk4KdTrcpvaB56dP2NQ");
// Fee tiers of pools with an oracle are numbered from here, apart from tick spacings.
constexpr std::uint16_t kAdaptiveTierBase = 1'024;

void put_own(Chain& chain, const Pubkey& key, Bytes data) {
    put_rent_exempt(chain, key, whirlpool::kProgram, std::move(data));
}

// Vaults are accounts at addresses of their own, which the pool owns.
Pubkey put_vault(Chain& chain, const Pubkey& pool, const Pubkey& mint, TokenAmount amount) {
    const Pubkey vault = solana::find_program_address(
                             {solana::seed("vault"), pool.bytes, mint.bytes}, whirlpool::kProgram)
                             .address;
    const bool is_native = mint == solana::kWrappedSolMint;
    const std::uint64_t rent = chain.rent_exempt_minimum(token::kAccountBytes);
    Bytes data = token::encode_account(mint, pool, amount.raw(),
                                       is_native ? std::optional{rent} : std::nullopt);
    chain.put_account(vault, {Lamports{rent + (is_native ? amount.raw() : 0)},
                              existing_mint(chain, mint).owner, false, std::move(data)});
    return vault;
}

void put_oracle(Chain& chain, const Pubkey& pool, const WhirlpoolOracle& fields) {
    namespace oracle = whirlpool::oracle;
    Bytes data(whirlpool::kOracleBytes, 0);
    std::ranges::copy(whirlpool::kOracleDiscriminator, data.begin());
    anchor::put_key(data, oracle::kWhirlpool, pool);
    write_le(data, oracle::kTradeEnableTime, fields.trade_enable_time);
    write_le(data, oracle::kFilterPeriod, fields.filter_period);
    write_le(data, oracle::kDecayPeriod, fields.decay_period);
    write_le(data, oracle::kReductionFactor, fields.reduction_factor);
    write_le(data, oracle::kControlFactor, fields.control_factor);
    write_le(data, oracle::kMaxVolatility, fields.max_volatility);
    write_le(data, oracle::kTickGroupSize, fields.tick_group_size);
    write_le(data, oracle::kMajorSwapTicks, fields.major_swap_ticks);
    write_le(data, oracle::kReferenceTime, fields.reference_time);
    write_le(data, oracle::kMajorSwapTime, fields.major_swap_time);
    write_le(data, oracle::kVolatilityReference, fields.volatility_reference);
    write_le(data, oracle::kTickGroupReference, fields.tick_group_reference);
    write_le(data, oracle::kVolatility, fields.volatility);
    put_own(chain, whirlpool::oracle_address(pool), std::move(data));
}

void put_arrays(Chain& chain, const Pubkey& pool, const WhirlpoolOptions& options) {
    std::map<std::int32_t, std::vector<whirlpool::NewTick>> arrays;
    for (const std::int32_t tick : options.empty_arrays_at) {
        arrays[whirlpool::array_start(tick, options.tick_spacing)];
    }
    for (const WhirlpoolTick& tick : options.ticks) {
        const i128 net = tick.liquidity_net;
        arrays[whirlpool::array_start(tick.tick, options.tick_spacing)].push_back(
            {tick.tick, net, static_cast<u128>(net < 0 ? -net : net)});
    }
    for (auto& [start, ticks] : arrays) {
        put_own(chain, whirlpool::tick_array_address(pool, start),
                whirlpool::encode_tick_array({pool, start, options.tick_spacing, std::move(ticks),
                                              options.are_arrays_dynamic}));
    }
}

}  // namespace

Whirlpool create_whirlpool(Chain& chain, const WhirlpoolOptions& options) {
    SF_ASSERT(options.mint_a < options.mint_b);
    const std::uint16_t tier =
        static_cast<std::uint16_t>(options.tick_spacing + (options.oracle ? kAdaptiveTierBase : 0));
    const whirlpool::PoolName name{kConfig, options.mint_a, options.mint_b, tier};
    Whirlpool pool{.config = kConfig,
                   .mint_a = options.mint_a,
                   .mint_b = options.mint_b,
                   .program_a = existing_mint(chain, options.mint_a).owner,
                   .program_b = existing_mint(chain, options.mint_b).owner,
                   .tick_spacing = options.tick_spacing};
    pool.pool = whirlpool::pool_address(name);
    pool.oracle = whirlpool::oracle_address(pool.pool);
    pool.vault_a = put_vault(chain, pool.pool, pool.mint_a, options.amount_a);
    pool.vault_b = put_vault(chain, pool.pool, pool.mint_b, options.amount_b);
    put_arrays(chain, pool.pool, options);
    if (options.oracle) {
        put_oracle(chain, pool.pool, *options.oracle);
    }
    put_own(chain, pool.pool,
            whirlpool::encode_pool({name, pool.vault_a, pool.vault_b, options.tick_spacing,
                                    options.fee_rate, options.protocol_fee_rate, options.liquidity,
                                    options.sqrt_price, whirlpool::tick_of(options.sqrt_price)}));
    return pool;
}

solana::Instruction whirlpool_swap(const Chain& chain, const Whirlpool& pool,
                                   const WhirlpoolSwap& swap, const SwapParties& parties,
                                   bool is_v2) {
    const Account* account = chain.account(pool.pool);
    SF_ASSERT(account != nullptr);
    const auto state = whirlpool::read_state(account->data);
    const auto starts = whirlpool::array_starts(state, swap.is_a_to_b);
    return build_whirlpool_swap(pool, {starts, chain.account(pool.oracle) != nullptr}, swap,
                                parties, is_v2);
}

solana::Instruction build_whirlpool_swap(const Whirlpool& pool, const WhirlpoolArrays& used,
                                         const WhirlpoolSwap& swap, const SwapParties& parties,
                                         bool is_v2) {
    const auto starts = used.starts;
    std::vector<solana::AccountMeta> arrays;
    for (std::size_t i = 0; i < 3; ++i) {  // The last one stands in for those beyond the range.
        arrays.push_back(writable(
            whirlpool::tick_array_address(pool.pool, starts[std::min(i, starts.size() - 1)])));
    }
    const Pubkey& owner_a = swap.is_a_to_b ? parties.source : parties.destination;
    const Pubkey& owner_b = swap.is_a_to_b ? parties.destination : parties.source;
    const auto oracle_meta =
        used.has_oracle || is_v2 ? writable(pool.oracle) : readonly(pool.oracle);
    solana::Instruction result{whirlpool::kProgram, {}, {}};
    if (is_v2) {
        result.accounts = {readonly(pool.program_a),
                           readonly(pool.program_b),
                           readonly(solana::kMemoProgram),
                           solana::signer(parties.user),
                           writable(pool.pool),
                           readonly(pool.mint_a),
                           readonly(pool.mint_b),
                           writable(owner_a),
                           writable(pool.vault_a),
                           writable(owner_b),
                           writable(pool.vault_b)};
    } else {
        result.accounts = {readonly(solana::kTokenProgram),
                           solana::signer(parties.user),
                           writable(pool.pool),
                           writable(owner_a),
                           writable(pool.vault_a),
                           writable(owner_b),
                           writable(pool.vault_b)};
    }
    result.accounts.insert(result.accounts.end(), arrays.begin(), arrays.end());
    result.accounts.push_back(oracle_meta);
    result.data = is_v2 ? Bytes{0x2b, 0x04, 0xed, 0x0b, 0x1a, 0xc9, 0x1e, 0x62}
                        : Bytes{0xf8, 0xc6, 0x9e, 0x91, 0xe1, 0x75, 0x87, 0xc8};
    append_le(result.data, swap.amount);
    append_le(result.data, swap.threshold);
    append_le(result.data, swap.sqrt_price_limit);
    append_le(result.data, std::uint8_t{swap.is_exact_in});
    append_le(result.data, std::uint8_t{swap.is_a_to_b});
    if (is_v2) {
        result.data.push_back(0);  // No supplemental accounts.
    }
    return result;
}

}  // namespace sniperforge::sim
