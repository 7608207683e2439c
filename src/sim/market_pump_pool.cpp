// SPDX-License-Identifier: MIT
// Layouts and formulas: protocol amm-pump sections 1 to 3 and 6.
#include "sim/market_pump_pool.hpp"

#include "sim/program_pump.hpp"
#include "sim/program_pumpswap_layout.hpp"

namespace sniperforge::sim {

namespace {

constexpr std::uint64_t kBasisPoints = 10'000;

// What the fee program answers those who ask it.
std::optional<pump::FeeRates> rates_of(const Chain& chain, const Pubkey& program, bool is_pump_pool,
                                       u128 market_cap) {
    const Account* config = chain.account(pump::fee_config_address(program));
    return config == nullptr
               ? std::nullopt
               : std::optional{pump::fee_rates(config->data, is_pump_pool, market_cap)};
}

// For people and for aiming trades: what is charged in basis points.
void set_fee(PoolView& view, const pump::FeeRates& rates) {
    view.fee_numerator = rates.lp + rates.protocol + rates.creator;
    view.fee_denominator = kBasisPoints;
}

}  // namespace

std::optional<PoolView> read_curve(const Chain& chain, const Pubkey& coin) {
    namespace layout = pump::curve;
    const Pubkey address = pump::curve_address(coin);
    const Account* account = chain.account(address);
    const Account* mint = chain.account(coin);
    if (account == nullptr || mint == nullptr || account->owner != pump::kProgram) {
        return std::nullopt;
    }
    const BytesView data{account->data};
    const Pubkey creator = pump::key_field(data, layout::kCreator);
    CurveView curve{.addresses = pump_curve(coin, mint->owner, creator),
                    .reserves = pump::reserves_of(data),
                    .rates = {}};
    const u128 cap = pump::market_cap(curve.reserves.virtual_quote, curve.reserves.virtual_token,
                                      pump::field<std::uint64_t>(data, layout::kSupply));
    const auto rates = rates_of(chain, pump::kProgram, true, cap);
    const bool is_special = pump::field<std::uint8_t>(data, layout::kIsCashback) != 0 ||
                            pump::field<std::uint8_t>(data, layout::kIsMayhem) != 0;
    if (!rates || is_special || creator.is_zero()) {
        return std::nullopt;
    }
    curve.rates = {0, rates->protocol, rates->creator};
    PoolView view{.pool = address,
                  .mint_a = coin,
                  .mint_b = solana::kWrappedSolMint,
                  .reserve_a = curve.reserves.virtual_token,
                  .reserve_b = curve.reserves.virtual_quote,
                  .is_swap_enabled = pump::field<std::uint8_t>(data, layout::kComplete) == 0,
                  .addresses = {}};
    set_fee(view, curve.rates);
    view.addresses = curve;
    return view;
}

std::optional<PoolView> read_pump_swap(const Chain& chain, const Pubkey& address) {
    namespace layout = pumpswap::pool;
    const Account* account = chain.account(address);
    if (account == nullptr || account->owner != pumpswap::kProgram ||
        account->data.size() != pumpswap::kPoolBytes) {
        return std::nullopt;
    }
    const BytesView data{account->data};
    const pumpswap::PoolName name = pumpswap::name_of(data);
    const Account* base_mint = chain.account(name.base_mint);
    if (base_mint == nullptr || name.quote_mint != solana::kWrappedSolMint) {
        return std::nullopt;
    }
    PumpSwapView pool;
    pool.addresses = pump_pool(chain, {.creator = name.creator,
                                       .base_mint = name.base_mint,
                                       .quote_mint = name.quote_mint,
                                       .index = name.index});
    pool.addresses.coin_creator = pump::key_field(data, layout::kCoinCreator);
    pool.reserves = {token_balance(chain, pool.addresses.base_vault).value_or(0),
                     token_balance(chain, pool.addresses.quote_vault).value_or(0),
                     pump::field<i128>(data, layout::kVirtualQuote)};
    const std::uint64_t priced = pool.reserves.priced_quote().value_or(0);
    const u128 cap =
        pump::market_cap(priced, pool.reserves.base, read_le<std::uint64_t>(base_mint->data, 36));
    const auto rates = rates_of(chain, pumpswap::kProgram, pumpswap::is_canonical(name), cap);
    const bool is_special = pump::field<std::uint8_t>(data, layout::kIsCashback) != 0 ||
                            pump::field<std::uint8_t>(data, layout::kIsMayhem) != 0;
    if (!rates || is_special || pool.addresses.coin_creator.is_zero()) {
        return std::nullopt;
    }
    pool.rates = *rates;
    PoolView view{.pool = address,
                  .mint_a = name.base_mint,
                  .mint_b = name.quote_mint,
                  .reserve_a = pool.reserves.base,
                  .reserve_b = priced,
                  .is_swap_enabled = true,
                  .addresses = {}};
    set_fee(view, pool.rates);
    view.addresses = pool;
    return view;
}

std::optional<std::uint64_t> pump_quote(const CurveView& curve, bool is_sell,
                                        std::uint64_t amount_in) {
    const auto trade = is_sell ? pump::curve_sell(curve.reserves, amount_in, curve.rates)
                               : pump::curve_buy_quote(curve.reserves, amount_in, curve.rates);
    if (!trade || (is_sell && trade->quote > curve.reserves.real_quote)) {
        return std::nullopt;
    }
    const std::uint64_t out = is_sell ? trade->user_quote : trade->tokens;
    return out > 0 ? std::optional{out} : std::nullopt;
}

std::optional<std::uint64_t> pump_quote(const PumpSwapView& pool, bool is_sell,
                                        std::uint64_t amount_in) {
    const auto trade = is_sell ? pump::pool_sell(pool.reserves, amount_in, pool.rates)
                               : pump::pool_buy_quote(pool.reserves, amount_in, pool.rates);
    if (!trade) {
        return std::nullopt;
    }
    const std::uint64_t out = is_sell ? trade->user_quote : trade->tokens;
    return out > 0 ? std::optional{out} : std::nullopt;
}

solana::Instruction pump_swap_in(const PoolView& pool, bool is_sell, std::uint64_t amount_in,
                                 std::uint64_t amount_out_min, const Pubkey& user) {
    if (const auto* curve = std::get_if<CurveView>(&pool.addresses)) {
        const PumpTrade trade{.user = user, .amount = amount_in, .limit = amount_out_min};
        return is_sell ? pump_sell(curve->addresses, trade)
                       : pump_buy_quote(curve->addresses, trade);
    }
    const PumpPool& addresses = std::get<PumpSwapView>(pool.addresses).addresses;
    const PumpSwapTrade trade{.user = user, .amount = amount_in, .limit = amount_out_min};
    return is_sell ? pumpswap_sell(addresses, trade) : pumpswap_buy_quote(addresses, trade);
}

}  // namespace sniperforge::sim
