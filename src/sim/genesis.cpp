// SPDX-License-Identifier: MIT
#include "sniperforge/sim/genesis.hpp"

#include <algorithm>
#include <array>

#include "sim/genesis_accounts.hpp"
#include "sim/program_amm_v4.hpp"
#include "sim/program_cpmm_layout.hpp"
#include "sim/program_token_layout.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim {
namespace {

std::uint8_t decimals_of(const Chain& chain, const Pubkey& mint) {
    return existing_mint(chain, mint).data[token::kDecimals];
}

// A token account at any address: vaults and associated accounts.
void put_token_account(Chain& chain, const Pubkey& at, const Pubkey& owner, const Pubkey& mint,
                       TokenAmount amount, bool is_associated) {
    const Pubkey program = existing_mint(chain, mint).owner;
    const bool is_native = mint == solana::kWrappedSolMint;
    const bool is_2022 = program == solana::kToken2022Program && is_associated;
    const std::uint64_t reserve =
        chain.rent_exempt_minimum(is_2022 ? token::kAccount2022Bytes : token::kAccountBytes);
    Bytes data = token::encode_account(mint, owner, amount.raw(),
                                       is_native ? std::optional{reserve} : std::nullopt);
    if (is_2022) {
        token::append_immutable_owner(data);
    }
    put_rent_exempt(chain, at, program, std::move(data), is_native ? amount.raw() : 0);
}

void put_key(Bytes& data, std::size_t offset, const Pubkey& key) {
    std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
}

Pubkey cpmm_derived(std::initializer_list<BytesView> seeds) {
    return solana::find_program_address(seeds, solana::kRaydiumCpmmProgram).address;
}

Pubkey amm_v4_derived(const Pubkey& market, std::string_view text) {
    return solana::find_program_address(
               {solana::kRaydiumAmmV4Program.bytes, market.bytes, solana::seed(text)},
               solana::kRaydiumAmmV4Program)
        .address;
}

}  // namespace

void create_mint(Chain& chain, const Pubkey& mint, const MintOptions& options) {
    SF_ASSERT(solana::is_token_program(options.program));
    put_rent_exempt(chain, mint, options.program,
                    token::encode_mint({options.mint_authority, options.freeze_authority,
                                        options.supply.raw(), options.decimals}));
}

void create_wrapped_sol_mint(Chain& chain) {
    constexpr std::uint8_t kSolDecimals = 9;
    create_mint(chain, solana::kWrappedSolMint, {.decimals = kSolDecimals});
}

void create_wallet(Chain& chain, const Pubkey& wallet, Lamports balance) {
    chain.put_account(wallet, {balance, solana::kSystemProgram, false, {}});
}

Pubkey create_token_account(Chain& chain, const Pubkey& owner, const Pubkey& mint,
                            TokenAmount amount) {
    const Pubkey program = existing_mint(chain, mint).owner;
    const Pubkey address = solana::associated_token_address(owner, mint, program);
    put_token_account(chain, address, owner, mint, amount, true);
    return address;
}

Pubkey create_cpmm_config(Chain& chain, const CpmmConfigOptions& options) {
    // The index is big-endian in the seed.
    const std::array<std::uint8_t, 2> index{static_cast<std::uint8_t>(options.index >> 8),
                                            static_cast<std::uint8_t>(options.index & 0xff)};
    const auto address = solana::find_program_address({solana::seed("amm_config"), index},
                                                      solana::kRaydiumCpmmProgram);
    namespace config = cpmm::config;
    Bytes data(cpmm::kConfigBytes, 0);
    std::ranges::copy(cpmm::kConfigDiscriminator, data.begin());
    data[config::kBump] = address.bump;
    write_le(data, config::kIndex, options.index);
    write_le(data, config::kTradeFeeRate, options.trade_fee_rate);
    write_le(data, config::kProtocolFeeRate, options.protocol_fee_rate);
    write_le(data, config::kFundFeeRate, options.fund_fee_rate);
    write_le(data, config::kCreatePoolFee, options.create_pool_fee);
    put_key(data, config::kProtocolOwner, options.protocol_owner);
    put_key(data, config::kFundOwner, options.fund_owner);
    write_le(data, config::kCreatorFeeRate, options.creator_fee_rate);
    put_rent_exempt(chain, address.address, solana::kRaydiumCpmmProgram, std::move(data));
    return address.address;
}

CpmmPoolAddresses cpmm_pool_addresses(const Chain& chain, const Pubkey& amm_config,
                                      const Pubkey& mint_a, const Pubkey& mint_b) {
    using solana::seed;
    CpmmPoolAddresses pool;
    pool.amm_config = amm_config;
    pool.authority = cpmm::authority();
    pool.mint_0 = std::min(mint_a, mint_b);
    pool.mint_1 = std::max(mint_a, mint_b);
    pool.pool =
        cpmm_derived({seed("pool"), amm_config.bytes, pool.mint_0.bytes, pool.mint_1.bytes});
    pool.vault_0 = cpmm_derived({seed("pool_vault"), pool.pool.bytes, pool.mint_0.bytes});
    pool.vault_1 = cpmm_derived({seed("pool_vault"), pool.pool.bytes, pool.mint_1.bytes});
    pool.lp_mint = cpmm_derived({seed("pool_lp_mint"), pool.pool.bytes});
    pool.observation = cpmm_derived({seed("observation"), pool.pool.bytes});
    pool.program_0 = existing_mint(chain, pool.mint_0).owner;
    pool.program_1 = existing_mint(chain, pool.mint_1).owner;
    return pool;
}

CpmmPoolAddresses create_cpmm_pool(Chain& chain, const CpmmPoolOptions& options) {
    const CpmmPoolAddresses pool =
        cpmm_pool_addresses(chain, options.amm_config, options.mint_a, options.mint_b);
    const bool is_a_first = pool.mint_0 == options.mint_a;
    const TokenAmount amount_0 = is_a_first ? options.amount_a : options.amount_b;
    const TokenAmount amount_1 = is_a_first ? options.amount_b : options.amount_a;
    put_token_account(chain, pool.vault_0, pool.authority, pool.mint_0, amount_0, false);
    put_token_account(chain, pool.vault_1, pool.authority, pool.mint_1, amount_1, false);
    const std::uint64_t liquidity = cpmm::first_liquidity(amount_0.raw(), amount_1.raw());
    SF_ASSERT(liquidity > cpmm::kLockedLp);
    constexpr std::uint8_t kLpDecimals = 9;
    create_mint(chain, pool.lp_mint,
                {.decimals = kLpDecimals,
                 .mint_authority = pool.authority,
                 .supply = TokenAmount{liquidity - cpmm::kLockedLp}});
    create_token_account(chain, options.creator, pool.lp_mint,
                         TokenAmount{liquidity - cpmm::kLockedLp});
    Bytes observation(cpmm::kObservationBytes, 0);
    std::ranges::copy(cpmm::kObservationDiscriminator, observation.begin());
    put_rent_exempt(chain, pool.observation, solana::kRaydiumCpmmProgram, std::move(observation));
    cpmm::NewPool fields{pool.amm_config, options.creator, pool.vault_0, pool.vault_1,
                         pool.lp_mint,    pool.mint_0,     pool.mint_1,  pool.program_0,
                         pool.program_1,  pool.observation};
    fields.lp_decimals = kLpDecimals;
    fields.decimals_0 = decimals_of(chain, pool.mint_0);
    fields.decimals_1 = decimals_of(chain, pool.mint_1);
    fields.lp_supply = liquidity;
    fields.open_time = static_cast<std::uint64_t>(options.open_time);
    fields.epoch = chain.epoch();
    fields.creator_fee_on = options.creator_fee_on;
    fields.is_creator_fee_enabled = options.is_creator_fee_enabled;
    put_rent_exempt(chain, pool.pool, solana::kRaydiumCpmmProgram, cpmm::encode_pool(fields));
    return pool;
}

namespace {

Bytes encode_amm_v4(const Chain& chain, const AmmV4PoolOptions& options,
                    const AmmV4PoolAddresses& pool, std::uint64_t liquidity) {
    using namespace amm_v4;
    Bytes data(amm_v4::kPoolBytes, 0);
    const auto put_u64 = [&](std::size_t offset, std::uint64_t value) {
        write_le(data, offset, value);
    };
    put_u64(kStatus, options.status);
    put_u64(kNonce, authority_nonce());
    put_u64(kOrderNumber, 7);
    put_u64(kDepth, 3);
    put_u64(kCoinDecimals, decimals_of(chain, options.coin_mint));
    put_u64(kPcDecimals, decimals_of(chain, options.pc_mint));
    put_u64(kState, 1);
    put_u64(kSystemDecimalValue, 1'000'000'000);
    put_u64(kTradeFeeNumerator, options.swap_fee_numerator);
    put_u64(kTradeFeeDenominator, options.swap_fee_denominator);
    // 12 % of the fees are profit, as in the recorded pools.
    put_u64(kPnlNumerator, 12);
    put_u64(kPnlDenominator, 100);
    put_u64(kSwapFeeNumerator, options.swap_fee_numerator);
    put_u64(kSwapFeeDenominator, options.swap_fee_denominator);
    put_u64(kNeedTakePnlCoin, options.need_take_pnl_coin.raw());
    put_u64(kNeedTakePnlPc, options.need_take_pnl_pc.raw());
    put_u64(kOpenTime, static_cast<std::uint64_t>(options.open_time));
    put_key(data, kCoinVault, pool.coin_vault);
    put_key(data, kPcVault, pool.pc_vault);
    put_key(data, kCoinMint, pool.coin_mint);
    put_key(data, kPcMint, pool.pc_mint);
    put_key(data, kLpMint, pool.lp_mint);
    put_key(data, kOpenOrders, pool.open_orders);
    put_key(data, kMarket, pool.market);
    put_key(data, kMarketProgram, pool.market_program);
    put_key(data, kTargetOrders, pool.target_orders);
    put_key(data, kAmmOwner, pool.authority);
    put_u64(kLpAmount, liquidity);
    put_u64(kRecentEpoch, chain.epoch());
    return data;
}

}  // namespace

AmmV4PoolAddresses create_amm_v4_pool(Chain& chain, const AmmV4PoolOptions& options) {
    static const Pubkey openbook = pubkey_constant("srmqPvymJeFKQ4zGQed1GFppgkRHL9kaELCbyksJtPX");
    AmmV4PoolAddresses pool;
    pool.authority = amm_v4::authority();
    pool.coin_mint = options.coin_mint;
    pool.pc_mint = options.pc_mint;
    pool.market = options.market;
    pool.market_program = openbook;
    pool.pool = amm_v4_derived(options.market, "amm_associated_seed");
    pool.coin_vault = amm_v4_derived(options.market, "coin_vault_associated_seed");
    pool.pc_vault = amm_v4_derived(options.market, "pc_vault_associated_seed");
    pool.lp_mint = amm_v4_derived(options.market, "lp_mint_associated_seed");
    pool.open_orders = amm_v4_derived(options.market, "open_order_associated_seed");
    pool.target_orders = amm_v4_derived(options.market, "target_associated_seed");
    // The vaults hold the reserves and, on top, the profit owed.
    put_token_account(chain, pool.coin_vault, pool.authority, pool.coin_mint,
                      options.coin_amount + options.need_take_pnl_coin, false);
    put_token_account(chain, pool.pc_vault, pool.authority, pool.pc_mint,
                      options.pc_amount + options.need_take_pnl_pc, false);
    const std::uint64_t liquidity =
        cpmm::first_liquidity(options.coin_amount.raw(), options.pc_amount.raw());
    create_mint(chain, pool.lp_mint,
                {.decimals = decimals_of(chain, options.coin_mint),
                 .mint_authority = pool.authority,
                 .supply = TokenAmount{liquidity}});
    put_rent_exempt(chain, pool.pool, solana::kRaydiumAmmV4Program,
                    encode_amm_v4(chain, options, pool, liquidity));
    return pool;
}

}  // namespace sniperforge::sim
