// SPDX-License-Identifier: MIT
// pump.fun create_v2 and extend_account. Accounts: protocol amm-pump section 5; the order of the
// calls and what they write is that of fixture pump_create_buy_2026.
#include <array>

#include "sim/derived.hpp"
#include "sim/program_pump_events.hpp"
#include "sim/program_token.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim::pump {
namespace {

// Without the called programs. Recorded: 99,196 and 11,575 with them.
constexpr std::uint64_t kCreateUnits = 59'000, kExtendUnits = 9'000;
constexpr std::uint8_t kDecimals = 6;

enum CreateIndex : std::size_t {
    kMint,
    kMintAuthority,
    kCurve,
    kCurveTokens,
    kGlobal,
    kUser,
    kSystemProgram,
    kTokenProgram,
    kAssociatedProgram,
    kMayhem,
    kMayhemParams,
    kMayhemVault,
    kMayhemState,
    kMayhemTokens,
    kEventAuthority,
    kProgramItself,
    kCreateCount,
};
// Behind them, for coins with a quote mint: the mint, the curve's account of it, its program.
constexpr std::size_t kQuoteMint = kCreateCount;

struct Coin {
    std::array<BytesView, 3> texts;  // Name, symbol, URI.
    Pubkey creator;
    bool is_mayhem = false, is_cashback = false, is_holder_reward = false;
    std::uint64_t creator_fee_bps = 0;
};

Executed<Coin> read_coin(Invocation& call) {
    ByteReader reader{call.data().subspan(8)};
    Coin coin;
    for (BytesView& text : coin.texts) {
        text = reader.take(reader.read<std::uint32_t>());
    }
    coin.creator = reader.read_key<Pubkey>();
    coin.is_mayhem = reader.read<std::uint8_t>() != 0;
    if (!reader.ok()) {
        return anchor::fail(call, anchor::kInstructionDidNotDeserialize);
    }
    // Older callers end at any of these.
    coin.is_cashback = reader.remaining() > 0 && reader.read<std::uint8_t>() != 0;
    if (reader.remaining() >= 8) {
        coin.creator_fee_bps = reader.read<std::uint64_t>();
    }
    coin.is_holder_reward = reader.remaining() > 0 && reader.read<std::uint8_t>() != 0;
    return coin;
}

// Modes that this cluster does not have are refused as Global says: they are switched off.
ProgramResult check_coin(Invocation& call, const Coin& coin) {
    const Bytes& settings = call.account(kGlobal).data;
    const bool is_off = settings[global::kIsCreateV2Enabled] == 0 ||
                        (coin.is_cashback && settings[global::kIsCashbackEnabled] == 0);
    if (is_off || coin.is_mayhem || coin.is_holder_reward || coin.creator_fee_bps > 0) {
        return anchor::fail(call, anchor::kRequireViolated);
    }
    if (call.size() > kQuoteMint && call.key(kQuoteMint) != solana::kWrappedSolMint) {
        return anchor::fail(call, kUnsupportedQuoteMint);
    }
    return {};
}

ProgramResult check_create(Invocation& call) {
    SF_SIM_TRY(anchor::check_signer(call, kMint, "mint"));
    SF_SIM_TRY(anchor::check_signer(call, kUser, "user"));
    SF_SIM_TRY(check_global(call, kGlobal));
    const Pubkey mint = call.key(kMint);
    SF_SIM_TRY(anchor::check_seeds(call, kMintAuthority, mint_authority(), "mint_authority"));
    SF_SIM_TRY(anchor::check_seeds(call, kCurve, curve_address(mint), "bonding_curve"));
    SF_SIM_TRY(
        anchor::check_program(call, kTokenProgram, solana::kToken2022Program, "token_program"));
    SF_SIM_TRY(anchor::check_seeds(
        call, kCurveTokens,
        derived_token_address(call.key(kCurve), mint, solana::kToken2022Program),
        "associated_bonding_curve"));
    SF_SIM_TRY(anchor::check_seeds(call, kEventAuthority, event_authority(), "event_authority"));
    return anchor::check_program(call, kProgramItself, kProgram, "program");
}

ProgramResult create_mint(Invocation& call) {
    const Pubkey mint = call.key(kMint);
    SF_SIM_TRY(anchor::create_account(
        call, {call.key(kUser), mint, solana::kToken2022Program, token::kMintWithPointerBytes},
        {}));
    constexpr std::uint8_t kPointer = 39, kInitializeMint2 = 20;
    solana::Instruction pointer{solana::kToken2022Program, {solana::writable(mint)}, {kPointer, 0}};
    append(pointer.data, Pubkey{}.bytes);  // Nobody may change where it points.
    append(pointer.data, mint.bytes);
    SF_SIM_TRY(call.invoke(pointer));
    solana::Instruction initialize{
        solana::kToken2022Program, {solana::writable(mint)}, {kInitializeMint2, kDecimals}};
    append(initialize.data, mint_authority().bytes);
    initialize.data.push_back(0);  // No freeze authority.
    return call.invoke(initialize);
}

ProgramResult create_curve(Invocation& call, const Coin& coin) {
    const Pubkey curve_key = call.key(kCurve);
    SF_SIM_TRY(anchor::create_account(call, {call.key(kUser), curve_key, kProgram, kCurveBytes},
                                      {&curve_key, 1}));
    const Bytes& settings = call.account(kGlobal).data;
    const Bytes fields =
        encode_curve({.virtual_token = field<std::uint64_t>(settings, global::kVirtualToken),
                      .virtual_quote = field<std::uint64_t>(settings, global::kVirtualQuote),
                      .real_token = field<std::uint64_t>(settings, global::kRealToken),
                      .supply = field<std::uint64_t>(settings, global::kSupply),
                      .creator = coin.creator,
                      .is_cashback = coin.is_cashback},
                     kCurveBytes);
    auto data = call.data_of(kCurve);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    std::ranges::copy(fields, data->begin());
    return anchor::create_associated(call, {call.key(kUser), call.key(kCurveTokens), curve_key,
                                            call.key(kMint), solana::kToken2022Program});
}

// The name goes into the mint, and then nobody may change it.
ProgramResult write_metadata(Invocation& call, const Coin& coin) {
    const Pubkey mint = call.key(kMint);
    const Pubkey& authority = mint_authority();
    const std::size_t bytes =
        token::metadata_bytes(coin.texts[0].size(), coin.texts[1].size(), coin.texts[2].size());
    SF_SIM_TRY(anchor::transfer_lamports(
        call, {call.key(kUser), mint, bytes * call.clock().lamports_per_byte}));
    solana::Instruction name{solana::kToken2022Program,
                             {solana::writable(mint), solana::readonly(authority),
                              solana::readonly(mint), solana::signer(authority)},
                             {0xd2, 0xe1, 0x1e, 0xa2, 0x58, 0xb8, 0x4d, 0x8d}};
    for (const BytesView text : coin.texts) {
        append_le(name.data, static_cast<std::uint32_t>(text.size()));
        append(name.data, text);
    }
    SF_SIM_TRY(call.invoke(name, {&authority, 1}));
    solana::Instruction fix{solana::kToken2022Program,
                            {solana::writable(mint), solana::signer(authority)},
                            {0xd7, 0xe4, 0xa6, 0xe4, 0x54, 0x64, 0x56, 0x7b}};
    append(fix.data, Pubkey{}.bytes);
    return call.invoke(fix, {&authority, 1});
}

// Everything to the curve, and never more of it.
ProgramResult mint_supply(Invocation& call) {
    const Pubkey mint = call.key(kMint);
    const Pubkey& authority = mint_authority();
    constexpr std::uint8_t kMintTo = 7, kSetAuthority = 6, kMintTokens = 0;
    solana::Instruction fill{solana::kToken2022Program,
                             {solana::writable(mint), solana::writable(call.key(kCurveTokens)),
                              solana::signer(authority)},
                             {kMintTo}};
    append_le(fill.data, field<std::uint64_t>(call.account(kGlobal).data, global::kSupply));
    SF_SIM_TRY(call.invoke(fill, {&authority, 1}));
    return call.invoke({solana::kToken2022Program,
                        {solana::writable(mint), solana::signer(authority)},
                        {kSetAuthority, kMintTokens, 0}},
                       {&authority, 1});
}

std::string_view text_of(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

ProgramResult create_v2(Invocation& call) {
    SF_SIM_TRY(call.consume(kCreateUnits));
    if (call.size() < kCreateCount) {
        return anchor::fail(call, anchor::kAccountNotEnoughKeys);
    }
    const auto coin = read_coin(call);
    if (!coin) {
        return InstructionFailure{coin.error()};
    }
    SF_SIM_TRY(check_create(call));
    SF_SIM_TRY(check_coin(call, *coin));
    SF_SIM_TRY(create_mint(call));
    SF_SIM_TRY(create_curve(call, *coin));
    SF_SIM_TRY(write_metadata(call, *coin));
    SF_SIM_TRY(mint_supply(call));
    const CreateEvent event{text_of(coin->texts[0]), text_of(coin->texts[1]),
                            text_of(coin->texts[2]), call.key(kMint),
                            call.key(kCurve),        call.key(kUser),
                            coin->creator,           solana::kToken2022Program,
                            call.clock().unix_time,  coin->is_cashback};
    return anchor::emit(call, call.key(kEventAuthority), encode(event, call.account(kCurve).data));
}

ProgramResult extend_account(Invocation& call) {
    enum Index : std::size_t { kAccount, kPayer, kSystem, kEvents, kItself, kCount };
    SF_SIM_TRY(call.consume(kExtendUnits));
    if (call.size() < kCount) {
        return anchor::fail(call, anchor::kAccountNotEnoughKeys);
    }
    SF_SIM_TRY(anchor::check_state(call, kAccount, kCurveDiscriminator, kCurveBytesMin, "account"));
    SF_SIM_TRY(anchor::check_signer(call, kPayer, "user"));
    SF_SIM_TRY(anchor::check_seeds(call, kEvents, event_authority(), "event_authority"));
    const std::size_t before = call.account(kAccount).data.size();
    if (before >= kCurveBytesExtended) {
        return anchor::fail(call, anchor::kRequireViolated);
    }
    SF_SIM_TRY(anchor::transfer_lamports(
        call, {call.key(kPayer), call.key(kAccount),
               (kCurveBytesExtended - before) * call.clock().lamports_per_byte}));
    SF_SIM_TRY(call.resize(kAccount, kCurveBytesExtended));
    return anchor::emit(call, call.key(kEvents),
                        encode(ExtendEvent{call.key(kAccount), call.key(kPayer), before,
                                           kCurveBytesExtended, call.clock().unix_time}));
}

}  // namespace sniperforge::sim::pump
