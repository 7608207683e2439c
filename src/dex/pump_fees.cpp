// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pump_fees.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "dex/account_kind.hpp"
#include "dex/pump_layout.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {
namespace {

// FeeConfig: 8 bump, 9 admin, 41 flat fees, 65 the tiers.
constexpr std::size_t kFlatFeesOffset = 41;
constexpr std::size_t kTiersOffset = 65;
constexpr std::size_t kFeesBytes = 24;
constexpr std::size_t kTierBytes = 16 + kFeesBytes;

constexpr AccountKind kFeeConfig{"a pump FeeConfig", kTiersOffset + 4, kPumpFeeConfigDiscriminator};
// Both have grown: what is not there yet is zero.
constexpr AccountKind kGlobal{"pump's Global", 0, kPumpGlobalDiscriminator};
constexpr AccountKind kSwapGlobal{"PumpSwap's GlobalConfig", 0, kPumpSwapGlobalDiscriminator};

Result<PumpFees> read_fees(ByteReader& reader) {
    std::array<std::uint16_t, 3> rates{};
    for (std::uint16_t& rate : rates) {
        const auto raw = reader.read<std::uint64_t>();
        if (raw > kPumpRateOne) {
            return fail(fmt::format(
                "decoding a pump FeeConfig: a rate of {} bps is above {}; it is another layout",
                raw, kPumpRateOne));
        }
        rate = static_cast<std::uint16_t>(raw);
    }
    return PumpFees{rates[0], rates[1], rates[2]};
}

Result<PumpFeeTiers> read_tiers(ByteReader& reader) {
    const auto count = reader.read<std::uint32_t>();
    if (count > kPumpTiersMax || count * kTierBytes > reader.remaining()) {
        return fail(fmt::format(
            "decoding a pump FeeConfig: {} tiers at byte {} with {} bytes left, {} tiers at most",
            count, reader.position(), reader.remaining(), kPumpTiersMax));
    }
    PumpFeeTiers tiers;
    tiers.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        PumpFeeTier tier{.market_cap_min = reader.read<u128>(), .fees = {}};
        const auto fees = read_fees(reader);
        if (!fees) {
            return Err<Error>{fees.error()};
        }
        tier.fees = *fees;
        tiers.push_back(tier);
    }
    return tiers;
}

// Token-2022's native mint: SOL to the fee program, though no curve is made against it.
const Pubkey& native_mint_2022() {
    static const Pubkey mint = pubkey_constant("9pan9bMn5HatX4EJdBwg9VgCa7Uz5HL8N1m5D3NdXejP");
    return mint;
}

// Eight keys from `first`, or one at `first` and seven from `rest`.
std::array<Pubkey, 8> keys_at(const PumpBytes& bytes, std::size_t first, std::size_t rest) {
    std::array<Pubkey, 8> keys{};
    keys[0] = bytes.key(first);
    for (std::size_t i = 1; i < keys.size(); ++i) {
        keys[i] = bytes.key(rest + (i - 1) * Pubkey::kSize);
    }
    return keys;
}

std::optional<Pubkey> choose(const std::array<Pubkey, 8>& keys, std::uint8_t choice) {
    const auto count = static_cast<std::size_t>(
        std::ranges::count_if(keys, [](const Pubkey& key) { return !key.is_zero(); }));
    if (count == 0) {
        return std::nullopt;
    }
    std::size_t left = choice % count;
    for (const Pubkey& key : keys) {
        if (!key.is_zero() && left-- == 0) {
            return key;
        }
    }
    return std::nullopt;
}

}  // namespace

Result<PumpFeeConfig> decode_pump_fee_config(BytesView data) {
    if (auto fits = check_kind(kFeeConfig, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    PumpFeeConfig config;
    config.admin = Pubkey::from(data.subspan(9));
    ByteReader reader{data.subspan(kFlatFeesOffset)};
    const auto flat = read_fees(reader);
    if (!flat) {
        return Err<Error>{flat.error()};
    }
    auto tiers = read_tiers(reader);
    if (!tiers) {
        return Err<Error>{tiers.error()};
    }
    if (tiers->empty()) {
        return fail("decoding a pump FeeConfig: it has no fee tiers, and every curve needs one");
    }
    config.flat = *flat;
    config.tiers = std::move(*tiers);
    // Older accounts end here, or behind the tiers for stable quotes.
    if (reader.remaining() >= 4) {
        auto stable = read_tiers(reader);
        if (!stable) {
            return Err<Error>{stable.error()};
        }
        config.stable_tiers = std::move(*stable);
    }
    config.tiers_end = kFlatFeesOffset + reader.position();
    if (reader.remaining() >= kFeesBytes) {
        const auto exotic = read_fees(reader);
        if (!exotic) {
            return Err<Error>{exotic.error()};
        }
        config.exotic_flat = *exotic;
    }
    return config;
}

PumpFeeTiers pump_fee_schedule(const PumpFeeConfig& config, const Pubkey& quote_mint,
                               bool is_canonical) {
    if (!is_canonical) {
        return {PumpFeeTier{.market_cap_min = 0, .fees = config.flat}};
    }
    if (is_pump_sol_quote(quote_mint)) {
        return config.tiers;
    }
    if (quote_mint == solana::kUsdcMint) {
        return config.stable_tiers.empty() ? config.tiers : config.stable_tiers;
    }
    const bool is_unset = config.exotic_flat == PumpFees{};
    return {PumpFeeTier{.market_cap_min = 0, .fees = is_unset ? config.flat : config.exotic_flat}};
}

PumpFees pump_fees_at(std::span<const PumpFeeTier> tiers, u128 market_cap) {
    SF_ASSERT(!tiers.empty());
    // At most kPumpTiersMax steps. Not a binary search: the program does not require an order.
    for (std::size_t i = tiers.size(); i-- > 0;) {
        if (market_cap >= tiers[i].market_cap_min && market_cap >= tiers.front().market_cap_min) {
            return tiers[i].fees;
        }
    }
    return tiers.front().fees;
}

PumpFees with_creator_fee(PumpFees tier, const Pubkey& creator, std::uint64_t own_rate,
                          bool is_configurable) {
    if (creator.is_zero()) {
        tier.creator = 0;
    } else if (is_configurable && own_rate != 0) {
        SF_ASSERT(own_rate <= kPumpRateOne);
        tier.creator = static_cast<std::uint16_t>(own_rate);
    }
    return tier;
}

bool is_pump_sol_quote(const Pubkey& quote_mint) {
    return quote_mint.is_zero() || quote_mint == solana::kWrappedSolMint ||
           quote_mint == native_mint_2022();
}

Result<PumpGlobal> decode_pump_global(BytesView data) {
    if (auto fits = check_kind(kGlobal, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const PumpBytes bytes{data};
    PumpGlobal global;
    global.fee_recipients = keys_at(bytes, 41, 162);
    global.reserved_fee_recipients = keys_at(bytes, 483, 516);
    global.buyback_fee_recipients = keys_at(bytes, 741, 741 + Pubkey::kSize);
    global.is_creator_fee_configurable = bytes.flag(1'045);
    return global;
}

Result<PumpGlobal> decode_pump_swap_global(BytesView data) {
    if (auto fits = check_kind(kSwapGlobal, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const PumpBytes bytes{data};
    PumpGlobal global;
    global.disable_flags = bytes.u8(56);
    global.fee_recipients = keys_at(bytes, 57, 57 + Pubkey::kSize);
    global.reserved_fee_recipients = keys_at(bytes, 385, 418);
    global.buyback_fee_recipients = keys_at(bytes, 643, 643 + Pubkey::kSize);
    global.is_creator_fee_configurable = bytes.flag(940);
    return global;
}

Result<PumpRecipients> choose_pump_recipients(const PumpGlobal& global, bool is_mayhem,
                                              const Pubkey& pool) {
    // Uniform over pools, and the same after a restart.
    const std::uint8_t choice = pool.bytes[0];
    const auto fee =
        choose(is_mayhem ? global.reserved_fee_recipients : global.fee_recipients, choice);
    const auto buyback = choose(global.buyback_fee_recipients, choice);
    if (!fee || !buyback) {
        return fail(fmt::format(
            "choosing the fee recipients of pool {}: the program's settings name no {} recipient; "
            "they are older than April 2026, or not the program's",
            pool.to_string(), fee ? "buyback fee" : "fee"));
    }
    return PumpRecipients{*fee, *buyback};
}

const PumpAddresses& pump_curve_addresses() {
    static const PumpAddresses addresses{
        .global = pubkey_constant("4wTV1YmiEkRvAtNtsSGPtUrqRYQMe5SKy2uB4Jjaxnjf"),
        .fee_config = pubkey_constant("8Wf5TiAheLUqBrKXeYg2JtAFFMWtKdG2BSFgqUcPVwTt"),
        .event_authority = pubkey_constant("Ce6TQqeHC9p8KetsN6JsjHK7UTZk7nasjjnr7XxXp9F1"),
        .global_volume_accumulator =
            pubkey_constant("Hq2wp8uJ9jCPsYgNHex8RtqdvMPfVGoYwjvF1ATiwn2Y")};
    return addresses;
}

const PumpAddresses& pump_swap_addresses() {
    static const PumpAddresses addresses{
        .global = pubkey_constant("ADyA8hdefvWN2dbGGWFotbzWxrAvLW83WG6QCVXvJKqw"),
        .fee_config = pubkey_constant("5PHirr8joyTMp9JMm6nW7hNDVyEYdkzDqazxPD7RaTjx"),
        .event_authority = pubkey_constant("GS4CU59F31iL7aR2Q8zVS8DRrcRnXX1yjQ66TqNVQnaR"),
        .global_volume_accumulator =
            pubkey_constant("C2aFPdENg4A2HQsmrd5rTw5TaYBX5Ku887cWjbFKtZpw")};
    return addresses;
}

PumpTrader pump_trader(const PumpTraderOptions& options) {
    struct Known {
        PumpTraderOptions options;
        PumpTrader trader;
    };
    // A wallet trades two programs against SOL and USDC; the oldest of more gives way.
    thread_local std::array<Known, 8> known;
    thread_local std::size_t oldest = 0;
    const auto found = std::ranges::find(known, options, &Known::options);
    if (found != known.end() && !options.user.is_zero()) {
        return found->trader;
    }
    PumpTrader trader;
    trader.volume_accumulator =
        solana::find_program_address({solana::seed("user_volume_accumulator"), options.user.bytes},
                                     options.program)
            .address;
    trader.volume_accumulator_quote = solana::associated_token_address(
        trader.volume_accumulator, options.quote_mint, options.quote_program);
    known[oldest] = {options, trader};
    oldest = (oldest + 1) % known.size();
    return trader;
}

Result<PumpMint> decode_pump_mint(const AccountUpdate& update) {
    if (!solana::is_token_program(update.owner)) {
        return fail(fmt::format("reading mint {}: owned by {}, which is not a token program",
                                update.pubkey.to_string(), update.owner.to_string()));
    }
    const auto mint = solana::decode_mint(update.data);
    if (!mint) {
        return fail(fmt::format("reading mint {}", update.pubkey.to_string()), mint.error());
    }
    return PumpMint{update.owner, mint->decimals, mint->supply.raw()};
}

std::optional<PumpMint> known_pump_quote(const Pubkey& mint) {
    if (mint == solana::kWrappedSolMint) {
        return PumpMint{.program = solana::kTokenProgram, .decimals = 9, .supply = 0};
    }
    if (mint == solana::kUsdcMint) {
        return PumpMint{.program = solana::kTokenProgram, .decimals = 6, .supply = 0};
    }
    return std::nullopt;
}

Result<void> check_pump_owner(const AccountUpdate& update, const Pubkey& owner,
                              std::string_view what) {
    if (update.owner != owner) {
        return fail(fmt::format("reading {} {}: owned by {}, expected {}", what,
                                update.pubkey.to_string(), update.owner.to_string(),
                                owner.to_string()));
    }
    return {};
}

}  // namespace sniperforge::dex
