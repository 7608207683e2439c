// SPDX-License-Identifier: MIT
#include "sniperforge/sim/genesis_pump.hpp"

#include <algorithm>
#include <array>

#include "sim/derived.hpp"
#include "sim/genesis_accounts.hpp"
#include "sim/program_cpmm_layout.hpp"
#include "sim/program_pumpswap_layout.hpp"
#include "sim/program_token_layout.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim {
namespace {

using solana::detail::key_literal;

// Receivers of fees, the first of the list in Global's first field. Source: protocol amm-pump
// section 4.
constexpr std::array<Pubkey, 8> kFeeRecipients{
    key_literal("62qc2CNXwrYqQScmEdiZFFAnJR262PxWEuNQtxfafNgV"),
    key_literal("7VtfL8fvgNfhz17qKRMjzQEXgbdpnHHHQRh54R9jP2RJ"),
    key_literal("7hTckgnGnLQR6sdH7YkqFTAA7VwTfYFaZ6EhEsU3saCX"),
    key_literal("9rPYyANsfQZw3DnDmKE3YCQF5E8oD89UXoHn9JFEhJUz"),
    key_literal("AVmoTthdrX6tKt4nDjco2D775W2YK3sDhxPcMmzUAmTY"),
    key_literal("CebN5WGQ4jvEPvsVU4EoHEpgzq1VV7AbicfhtW4xC9iM"),
    key_literal("FWsW1xNtWscwNmKv6wVsU1iTzRN6wmmk3MjxRP5tT7hz"),
    key_literal("G5UZAVbAf46s7cKWoyKu8kYTip9DGTpbLZ2qa9Aq69dP")};
constexpr std::array<Pubkey, 8> kMayhemRecipients{
    key_literal("GesfTA3X2arioaHp8bbKdjG9vJtskViWACZoYvxp4twS"),
    key_literal("4budycTjhs9fD6xw62VBducVTNgMgJJ5BgtKq7mAZwn6"),
    key_literal("8SBKzEQU4nLSzcwF4a74F2iaUDQyTfjGndn6qUWBnrpR"),
    key_literal("4UQeTP1T39KZ9Sfxzo3WR5skgsaP6NZa87BAkuazLEKH"),
    key_literal("8sNeir4QsLsJdYpc9RZacohhK1Y5FLU3nC5LXgYB4aa6"),
    key_literal("Fh9HmeLNUMVCvejxCtCL2DbYaRyBFVJ5xrWkLnMH6fdk"),
    key_literal("463MEnMeGyJekNZFQSTUABBEbLnvMTALbT6ZmsxAbAdq"),
    key_literal("6AUH3WEHucYZyC61hqpqYUWVto5qA5hjHuNQ32GNnNxA")};
constexpr std::array<Pubkey, 8> kBuybackRecipients{
    key_literal("5YxQFdt3Tr9zJLvkFccqXVUwhdTWJQc1fFg2YPbxvxeD"),
    key_literal("9M4giFFMxmFGXtc3feFzRai56WbBqehoSeRE5GK7gf7"),
    key_literal("GXPFM2caqTtQYC2cJ5yJRi9VDkpsYZXzYdwYpGnLmtDL"),
    key_literal("3BpXnfJaUTiwXnJNe7Ej1rcbzqTTQUvLShZaWazebsVR"),
    key_literal("5cjcW9wExnJJiqgLjq7DEG75Pm6JBgE1hNv4B2vHXUW6"),
    key_literal("EHAAiTxcdDwQ3U4bU6YcMsQGaekdzLS3B5SmYo46kJtL"),
    key_literal("5eHhjP8JaYkz83CWwvGU2uMUXefd3AazWGx4gpcuEEYD"),
    key_literal("A7hAgCzFw14fejgCp387JUJRMNyz4j89JKnhtKU8piqW")};
// Recorded in Global.
constexpr Pubkey kWithdrawAuthority = key_literal("39azUYFWPz3VHgKCf3VChUwbpURdCHRxjWVowf5jUJjg");
constexpr Lamports kRecipientLamports{kLamportsPerSol};

void put_keys(Bytes& data, std::size_t offset, std::span<const Pubkey> keys) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        anchor::put_key(data, offset + i * Pubkey::kSize, keys[i]);
    }
}

Bytes encode_global(const PumpOptions& options) {
    namespace global = pump::global;
    Bytes data(pump::kGlobalBytes, 0);
    std::ranges::copy(pump::kGlobalDiscriminator, data.begin());
    data[global::kIsInitialized] = 1;
    anchor::put_key(data, global::kAuthority, kWithdrawAuthority);
    anchor::put_key(data, global::kFeeRecipient, kFeeRecipients.front());
    write_le(data, global::kVirtualToken, options.virtual_token);
    write_le(data, global::kVirtualQuote, options.virtual_quote);
    write_le(data, global::kRealToken, options.real_token);
    write_le(data, global::kSupply, options.supply);
    write_le(data, global::kFeeBps, options.curve_tiers.front().protocol_bps);
    anchor::put_key(data, global::kWithdrawAuthority, kWithdrawAuthority);
    data[global::kIsMigrateEnabled] = 1;
    write_le(data, global::kMigrationFee, options.migration_fee.raw());
    write_le(data, global::kCreatorFeeBps, options.curve_tiers.front().creator_bps);
    put_keys(data, global::kFeeRecipients, std::span{kFeeRecipients}.subspan(1));
    data[global::kIsCreateV2Enabled] = 1;
    anchor::put_key(data, global::kReservedRecipient, kMayhemRecipients.front());
    put_keys(data, global::kReservedRecipients, std::span{kMayhemRecipients}.subspan(1));
    data[global::kIsCashbackEnabled] = 1;
    put_keys(data, global::kBuybackRecipients, kBuybackRecipients);
    write_le(data, global::kBuybackBps, options.buyback_bps);
    return data;
}

Bytes encode_swap_config(const PumpOptions& options) {
    namespace config = pumpswap::config;
    Bytes data(pumpswap::kConfigBytes, 0);
    std::ranges::copy(pumpswap::kConfigDiscriminator, data.begin());
    anchor::put_key(data, config::kAdmin, kWithdrawAuthority);
    write_le(data, config::kLpFeeBps, std::uint64_t{20});
    write_le(data, config::kProtocolFeeBps, std::uint64_t{5});
    write_le(data, config::kCreatorFeeBps, std::uint64_t{5});
    put_keys(data, config::kProtocolRecipients, kFeeRecipients);
    anchor::put_key(data, config::kReservedRecipient, kMayhemRecipients.front());
    put_keys(data, config::kReservedRecipients, std::span{kMayhemRecipients}.subspan(1));
    put_keys(data, config::kBuybackRecipients, kBuybackRecipients);
    write_le(data, config::kBuybackBps, options.buyback_bps);
    return data;
}

void put_rates(Bytes& data, std::size_t offset, const PumpFeeTier& tier) {
    write_le(data, offset, tier.lp_bps);
    write_le(data, offset + 8, tier.protocol_bps);
    write_le(data, offset + 16, tier.creator_bps);
}

void create_fee_config(Chain& chain, const Pubkey& program, std::span<const PumpFeeTier> tiers) {
    namespace layout = pump::fee_config;
    const auto address = solana::find_program_address({solana::seed("fee_config"), program.bytes},
                                                      pump::kFeeProgram);
    Bytes data(pump::kFeeConfigBytes, 0);
    SF_ASSERT(!tiers.empty() &&
              layout::kTiers + 4 + tiers.size() * layout::kTierBytes <= data.size());
    std::ranges::copy(pump::kFeeConfigDiscriminator, data.begin());
    data[layout::kBump] = address.bump;
    anchor::put_key(data, layout::kAdmin, kWithdrawAuthority);
    put_rates(data, layout::kFlat, {0, 25, 5, 0});  // Recorded: pools that migration did not make.
    write_le(data, layout::kTiers, static_cast<std::uint32_t>(tiers.size()));
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        const std::size_t at = layout::kTiers + 4 + i * layout::kTierBytes;
        write_le(data, at, tiers[i].lamports);
        put_rates(data, at + layout::kTierFees, tiers[i]);
    }
    put_rent_exempt(chain, address.address, pump::kFeeProgram, std::move(data));
}

}  // namespace

std::vector<PumpFeeTier> recorded_swap_tiers() {
    constexpr std::uint64_t kSol = 1'000'000'000;
    std::vector<PumpFeeTier> tiers{{0, 2, 93, 30}};
    // Thresholds in SOL with the creator's basis points; LP 20 and protocol 5 throughout.
    for (const auto& [sol, creator] : std::initializer_list<std::pair<std::uint64_t, unsigned>>{
             {420, 95},    {1'470, 90},  {2'460, 85},  {3'440, 80},  {4'420, 75},  {9'820, 70},
             {14'740, 65}, {19'650, 60}, {24'560, 55}, {29'470, 50}, {34'380, 45}, {39'300, 40},
             {44'210, 35}, {49'120, 30}, {54'030, 28}, {58'940, 25}, {63'860, 23}, {68'770, 20},
             {73'681, 18}, {78'590, 15}, {83'500, 13}, {88'400, 10}, {93'330, 8},  {98'240, 5}}) {
        tiers.push_back({static_cast<u128>(sol) * kSol, 20, 5, creator});
    }
    return tiers;
}

void create_pump(Chain& chain, const PumpOptions& options) {
    put_rent_exempt(chain, pump::global_address(), pump::kProgram, encode_global(options));
    put_rent_exempt(chain, pumpswap::global_config(), pumpswap::kProgram,
                    encode_swap_config(options));
    create_fee_config(chain, pump::kProgram, options.curve_tiers);
    create_fee_config(chain, pumpswap::kProgram, options.swap_tiers);
    create_wallet(chain, kWithdrawAuthority, kRecipientLamports);
    for (const auto* list : {&kFeeRecipients, &kMayhemRecipients, &kBuybackRecipients}) {
        for (const Pubkey& recipient : *list) {
            create_wallet(chain, recipient, kRecipientLamports);
            create_token_account(chain, recipient, solana::kWrappedSolMint, TokenAmount{});
        }
    }
}

const Pubkey& pump_fee_recipient(bool is_mayhem) {
    return is_mayhem ? kMayhemRecipients.front() : kFeeRecipients.front();
}
const Pubkey& pump_buyback_recipient() { return kBuybackRecipients.front(); }
const Pubkey& pump_withdraw_authority() { return kWithdrawAuthority; }

PumpCurve pump_curve(const Pubkey& mint, const Pubkey& token_program, const Pubkey& creator) {
    PumpCurve curve{.mint = mint, .token_program = token_program, .creator = creator};
    curve.curve = pump::curve_address(mint);
    curve.curve_tokens = derived_token_address(curve.curve, mint, token_program);
    curve.creator_vault = pump::creator_vault(creator);
    return curve;
}

PumpCurve create_pump_curve(Chain& chain, const PumpCurveOptions& options) {
    PumpCurve curve =
        pump_curve(options.mint, existing_mint(chain, options.mint).owner, options.creator);
    curve.is_cashback = options.is_cashback;
    curve.is_mayhem = options.is_mayhem;
    const pump::NewCurve fields{options.virtual_token, options.virtual_quote, options.real_token,
                                options.real_quote,    options.supply,        options.creator,
                                options.is_complete,   options.is_mayhem,     options.is_cashback};
    put_rent_exempt(chain, curve.curve, pump::kProgram, pump::encode_curve(fields, options.bytes),
                    options.real_quote);
    // Besides the tokens for sale the curve holds those that migration takes along.
    const std::uint64_t not_for_sale = options.supply - PumpOptions{}.real_token;
    create_token_account(chain, curve.curve, options.mint,
                         TokenAmount{options.real_token + not_for_sale});
    create_wallet(chain, curve.creator_vault, Lamports{chain.rent_exempt_minimum(0)});
    return curve;
}

PumpPool pump_pool(const Chain& chain, const PumpPoolName& name) {
    PumpPool pool{.creator = name.creator,
                  .base_mint = name.base_mint,
                  .quote_mint = name.quote_mint,
                  .base_program = existing_mint(chain, name.base_mint).owner,
                  .quote_program = existing_mint(chain, name.quote_mint).owner,
                  .index = name.index};
    pool.pool = pumpswap::pool_address({name.index, name.creator, name.base_mint, name.quote_mint});
    pool.lp_mint = pumpswap::lp_mint_address(pool.pool);
    pool.base_vault = derived_token_address(pool.pool, name.base_mint, pool.base_program);
    pool.quote_vault = derived_token_address(pool.pool, name.quote_mint, pool.quote_program);
    return pool;
}

PumpPool pump_canonical_pool(const Chain& chain, const Pubkey& mint) {
    return pump_pool(chain, {.creator = pump::pool_authority(mint), .base_mint = mint});
}

PumpPool create_pump_pool(Chain& chain, const PumpPoolOptions& options) {
    PumpPool pool = pump_pool(chain, options.name);
    pool.coin_creator = options.coin_creator;
    pool.is_cashback = options.is_cashback;
    pool.is_mayhem = options.is_mayhem;
    create_token_account(chain, pool.pool, pool.base_mint, options.base);
    create_token_account(chain, pool.pool, pool.quote_mint, options.quote);
    const std::uint64_t liquidity = cpmm::first_liquidity(options.base.raw(), options.quote.raw());
    create_mint(chain, pool.lp_mint,
                {.decimals = pumpswap::kLpDecimals,
                 .mint_authority = pool.pool,
                 .supply = TokenAmount{liquidity},
                 .program = solana::kToken2022Program});
    if (!options.coin_creator.is_zero()) {
        create_token_account(chain, pumpswap::creator_vault_authority(options.coin_creator),
                             pool.quote_mint, TokenAmount{});
    }
    put_rent_exempt(
        chain, pool.pool, pumpswap::kProgram,
        pumpswap::encode_pool({{pool.index, pool.creator, pool.base_mint, pool.quote_mint},
                               pool.lp_mint,
                               pool.base_vault,
                               pool.quote_vault,
                               pool.coin_creator,
                               liquidity,
                               options.is_mayhem,
                               options.is_cashback,
                               options.virtual_quote}));
    return pool;
}

}  // namespace sniperforge::sim
