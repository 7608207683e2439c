// SPDX-License-Identifier: MIT
// Source: protocol jupiter section 6; of the second forms ADR 0024, which says what was seen of
// them.
#include "signer/jupiter_route.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

using Discriminator = std::array<std::uint8_t, 8>;
constexpr Discriminator kRoute{0xe5, 0x17, 0xcb, 0x97, 0x7a, 0xe3, 0xad, 0x2a};
constexpr Discriminator kRouteV2{0xbb, 0x64, 0xfa, 0xcc, 0x31, 0xc4, 0xaf, 0x14};
constexpr Discriminator kSharedRouteV2{0xd1, 0x98, 0x53, 0x93, 0x7c, 0xfe, 0xd8, 0xe9};
constexpr Discriminator kCreateTokenAccount{0x93, 0xf1, 0x7b, 0x64, 0xf4, 0x84, 0xae, 0x76};

// One route step per 4 bytes of count; Jupiter's own routes stay below a dozen.
constexpr std::uint32_t kRouteStepsMax = 16;

// The program's address of "__event_authority": where it tells of what it swapped.
constexpr Pubkey kJupiterEvents =
    solana::detail::key_literal("D8cy77BBepLMngZx6ZukaTff5hCt1HrWyKk3Hnd9oitf");

// Where a form has its accounts; the steps' follow them. What a form does not have is absent.
constexpr std::size_t kAbsent = 0xff;
struct RouteHead {
    Discriminator discriminator;
    std::size_t authority, source, destination, redirect, mint_in, mint_out;
    std::size_t token_program_in, token_program_out, platform_fee, events, program, count;
    std::size_t amounts_at = kAbsent;  // In front of the steps; otherwise they follow them.

    [[nodiscard]] constexpr bool is_first_form() const { return amounts_at == kAbsent; }
};
// Token program, authority, source, destination, destination override, destination mint, platform
// fee account, event authority, program. Amounts: in, quoted out, slippage u16, platform fee u8.
constexpr RouteHead kHeadV1{kRoute, 1, 2, 3, 4, kAbsent, 5, 0, kAbsent, 6, 7, 8, 9};
// Authority, source, destination, both mints, both token programs, destination override, event
// authority, program. Amounts: in, quoted out, slippage u16, platform fee u16, share of what comes
// out above the quote u16.
constexpr RouteHead kHeadV2{kRouteV2, 0, 1, 2, 7, 3, 4, 5, 6, kAbsent, 8, 9, 10, 8};
// Program's authority, authority, source, program's source, program's destination, destination,
// both mints, both token programs, event authority, program. An id, then as above.
constexpr RouteHead kHeadShared{kSharedRouteV2, 1,  2,  5,  kAbsent, 6, 7, 8, 9,
                                kAbsent,        10, 11, 12, 9};

constexpr const char* kTornRoute = "a Jupiter route that does not end where its steps say";

// What the amounts of any form say.
struct RouteAmounts {
    std::uint64_t in = 0, quoted_out = 0;
    std::uint16_t slippage_bps = 0, platform_fee_bps = 0, surplus_fee_bps = 0;
};

[[nodiscard]] bool begins_with(BytesView data, const Discriminator& discriminator) {
    return data.size() >= discriminator.size() &&
           std::equal(discriminator.begin(), discriminator.end(), data.begin());
}

// Fields of their own that steps have behind the variant byte.
enum class StepFields : std::uint8_t {
    None,
    Flag,           // A direction.
    Slices,         // u32 count, and two bytes for each group of further accounts.
    FlagAndSlices,  // A direction, and slices if the byte behind it says so.
};
// Whether a step trades one way only: from the token that its pool is quoted in, or to it.
enum class StepSide : std::uint8_t { Either, Buy, Sell };
// A step of a variant whose layout is verified: the venue that it goes through, its fields, and
// what it may make the wallet pay of rent, in rents of a token account: the account of the user's
// volume, and on the curve what a creator's empty vault and a curve of an old version lack. Who
// claims cashback has that account, and may lack the one that it is paid to.
struct StepForm {
    Pubkey program;
    StepFields fields = StepFields::None;
    StepSide side = StepSide::Either;
    std::uint8_t rents_max = 0;
};

[[nodiscard]] std::optional<StepForm> step_form(std::uint8_t variant) {
    switch (variant) {
        case 7:
            return StepForm{solana::kRaydiumAmmV4Program};
        case 17:
            return StepForm{solana::kOrcaWhirlpoolProgram, StepFields::Flag};
        case 38:
            return StepForm{solana::kMeteoraDlmmProgram};
        case 40:
            return StepForm{solana::kRaydiumClmmProgram};
        case 46:
            return StepForm{solana::kRaydiumCpmmProgram};
        case 47:
            return StepForm{solana::kOrcaWhirlpoolProgram, StepFields::FlagAndSlices};
        case 75:
            return StepForm{solana::kMeteoraDlmmProgram, StepFields::Slices};
        case 77:
        case 108:  // With further accounts.
            return StepForm{solana::kMeteoraDammV2Program};
        case 99:
        case 147:  // With a claim of cashback, like 148.
            return StepForm{solana::kPumpSwapProgram, StepFields::None, StepSide::Buy, 1};
        case 100:
            return StepForm{solana::kPumpSwapProgram, StepFields::None, StepSide::Sell};
        case 148:
            return StepForm{solana::kPumpSwapProgram, StepFields::None, StepSide::Sell, 1};
        case 112:
            return StepForm{solana::kPumpCurveProgram, StepFields::None, StepSide::Buy, 2};
        case 113:
            return StepForm{solana::kPumpCurveProgram, StepFields::None, StepSide::Sell, 2};
        default:
            return std::nullopt;
    }
}

void skip_slices(ByteReader& reader) {
    const auto slices = reader.read<std::uint32_t>();
    (void)reader.take(std::size_t{2} * slices);
}

void skip_fields(ByteReader& reader, StepFields fields) {
    if (fields == StepFields::Flag || fields == StepFields::FlagAndSlices) {
        (void)reader.take(1);
    }
    if (fields == StepFields::Slices) {
        skip_slices(reader);
    }
    // An option: anything but 0 and 1 does not deserialize, and is read as if it were there.
    if (fields == StepFields::FlagAndSlices && reader.read<std::uint8_t>() != 0) {
        skip_slices(reader);
    }
}

// Which part of what goes in each step takes, and of which steps' output. More than the whole of an
// input, or something that no step has put out, could only come from what else is in our accounts:
// that Jupiter refuses it is not all that we rely on.
class StepFlow {
 public:
    explicit StepFlow(std::uint32_t whole) : whole_{whole} { is_there_[0] = true; }

    [[nodiscard]] Result<void> add(std::uint32_t step, std::uint32_t share, std::uint8_t input,
                                   std::uint8_t output) {
        if (!is_there_[input] || output == 0) {
            return fail(
                fmt::format("Jupiter route step {} takes {} and puts out {}: not what an "
                            "earlier one has put out",
                            step, input, output));
        }
        taken_[input] += share;
        if (share == 0 || taken_[input] > whole_) {
            return fail(
                fmt::format("Jupiter route step {} takes {} of {}, with those before it "
                            "{}, of {}",
                            step, share, input, taken_[input], whole_));
        }
        is_there_[output] = true;
        return {};
    }

 private:
    std::uint32_t whole_;
    std::array<std::uint32_t, 256> taken_{};
    std::array<bool, 256> is_there_{};
};

// What the steps of a route do beside their amounts.
struct RouteSteps {
    std::uint8_t rents_max = 0;
    StepSide side_on_curve = StepSide::Either;  // Of the one step there is then.
};

// `accounts`: those of the steps, in which each begins with its venue's program. Our signature
// reaches it: Jupiter's own look at what it calls is not all that we rely on.
[[nodiscard]] Result<RouteSteps> read_steps(ByteReader& reader, std::span<const Pubkey> accounts,
                                            const RouteHead& head) {
    const auto steps = reader.read<std::uint32_t>();
    if (!reader.ok() || steps == 0 || steps > kRouteStepsMax) {
        return fail(fmt::format("a Jupiter route of {} steps", steps));
    }
    RouteSteps read;
    StepFlow flow{head.is_first_form() ? 100U : static_cast<std::uint32_t>(kBasisPointsOne)};
    for (std::uint32_t i = 0; i < steps; ++i) {
        const auto variant = reader.read<std::uint8_t>();
        if (!reader.ok()) {
            return fail(fmt::format("a Jupiter route that ends before step {} of {}", i, steps));
        }
        const auto form = step_form(variant);
        if (!form) {
            return fail(
                fmt::format("Jupiter route step {} uses venue variant {}, whose layout we do "
                            "not know",
                            i, variant));
        }
        skip_fields(reader, form->fields);
        const std::uint32_t share =
            head.is_first_form() ? reader.read<std::uint8_t>() : reader.read<std::uint16_t>();
        const auto input = reader.read<std::uint8_t>();
        const auto output = reader.read<std::uint8_t>();
        if (!reader.ok()) {
            return fail(kTornRoute);
        }
        if (auto flows = flow.add(i, share, input, output); !flows) {
            return Err{flows.error()};
        }
        read.rents_max = static_cast<std::uint8_t>(read.rents_max + form->rents_max);
        // On the curve it is lamports of whose signature it has that move, which no floor looks at:
        // alone they are the route's own amount, behind another step they would come on top.
        const bool is_curve_known = steps == 1 && head.discriminator != kSharedRouteV2;
        if (form->program == solana::kPumpCurveProgram && !is_curve_known) {
            return fail(
                fmt::format("Jupiter route step {} of {} moves lamports of the wallet", i, steps));
        }
        if (form->program == solana::kPumpCurveProgram) {
            read.side_on_curve = form->side;
        }
        // How many accounts a venue takes is not read: only the first one's program has its place.
        const auto searched =
            i == 0 ? accounts.first(std::min<std::size_t>(accounts.size(), 1)) : accounts;
        const auto program = std::ranges::find(searched, form->program);
        if (program == searched.end()) {
            return fail(
                fmt::format("Jupiter route step {} goes through {}, which its accounts do "
                            "not name",
                            i, form->program.to_string()));
        }
        accounts = accounts.subspan(static_cast<std::size_t>(program - searched.begin()) + 1);
    }
    return read;
}

[[nodiscard]] Result<void> check_head_accounts(std::span<const Pubkey> accounts,
                                               const RouteHead& head) {
    for (const std::size_t at : {head.token_program_in, head.token_program_out}) {
        if (at != kAbsent && !solana::is_token_program(accounts[at])) {
            return fail(fmt::format("a Jupiter route under {}, which is no token program",
                                    accounts[at].to_string()));
        }
    }
    // With one, two accounts receive; which of them the floor holds for is not ours to guess.
    if (head.redirect != kAbsent && accounts[head.redirect] != solana::kJupiterV6Program) {
        return fail(fmt::format("a Jupiter route that redirects what it pays to {}",
                                accounts[head.redirect].to_string()));
    }
    if (accounts[head.events] != kJupiterEvents) {
        return fail(fmt::format("a Jupiter route whose event authority is {}",
                                accounts[head.events].to_string()));
    }
    if (accounts[head.program] != solana::kJupiterV6Program) {
        return fail(fmt::format("a Jupiter route that names {} as Jupiter itself",
                                accounts[head.program].to_string()));
    }
    return {};
}

// The first form has no share of the surplus and a byte for the fee, which we admit none in: nobody
// asks for one there.
[[nodiscard]] RouteAmounts read_amounts(ByteReader& reader, bool is_second) {
    RouteAmounts amounts;
    amounts.in = reader.read<std::uint64_t>();
    amounts.quoted_out = reader.read<std::uint64_t>();
    amounts.slippage_bps = reader.read<std::uint16_t>();
    amounts.platform_fee_bps =
        is_second ? reader.read<std::uint16_t>() : reader.read<std::uint8_t>();
    amounts.surplus_fee_bps = is_second ? reader.read<std::uint16_t>() : std::uint16_t{0};
    return amounts;
}

[[nodiscard]] Result<void> check_fees(const RouteAmounts& amounts, std::span<const Pubkey> accounts,
                                      const RouteHead& head) {
    const bool is_account_named =
        head.platform_fee != kAbsent && accounts[head.platform_fee] != solana::kJupiterV6Program;
    const std::uint16_t fee_max = head.platform_fee == kAbsent ? kPlatformFeeBpsMax : 0;
    if (amounts.platform_fee_bps > fee_max || is_account_named) {
        return fail(fmt::format("a Jupiter route with a platform fee of {} bps, more than {}",
                                amounts.platform_fee_bps, fee_max));
    }
    // What it is a share of is nowhere documented, and nobody asks for it.
    if (amounts.surplus_fee_bps != 0) {
        return fail(fmt::format("a Jupiter route that keeps {} bps of what it gets above its quote",
                                amounts.surplus_fee_bps));
    }
    if (amounts.slippage_bps > kBasisPointsOne) {
        return fail(fmt::format("a Jupiter route with a slippage of {} bps", amounts.slippage_bps));
    }
    return {};
}

[[nodiscard]] std::uint64_t less_bps(std::uint64_t amount, std::uint16_t bps) {
    return mul_div_floor(amount, kBasisPointsOne - bps, kBasisPointsOne).value_or(0);
}

[[nodiscard]] Result<SwapInstruction> decode_head(const RouteHead& head,
                                                  std::span<const Pubkey> accounts,
                                                  BytesView data) {
    if (auto checked = check_head_accounts(accounts, head); !checked) {
        return Err{checked.error()};
    }
    const bool is_first = head.is_first_form();
    ByteReader reader{data};
    (void)reader.take(is_first ? head.discriminator.size() : head.amounts_at);
    RouteAmounts amounts;
    if (!is_first) {
        amounts = read_amounts(reader, true);
        if (!reader.ok()) {
            return fail("a Jupiter route that ends before its steps");
        }
    }
    // The account of the fee stands in front of the steps', where there is a fee.
    const std::size_t steps_at = head.count + (amounts.platform_fee_bps > 0 ? 1 : 0);
    if (accounts.size() < steps_at) {
        return fail("a Jupiter route with a platform fee and no account for it");
    }
    const auto steps = read_steps(reader, accounts.subspan(steps_at), head);
    if (!steps) {
        return Err{steps.error()};
    }
    if (is_first) {
        amounts = read_amounts(reader, false);
    }
    // Anchor reads what it needs and ignores the rest: numbers at the end would be for us alone.
    if (!reader.ok() || reader.remaining() != 0) {
        return fail(kTornRoute);
    }
    if (auto fees = check_fees(amounts, accounts, head); !fees) {
        return Err{fees.error()};
    }
    const auto named = [&](std::size_t at) {
        return at == kAbsent ? std::nullopt : std::optional{accounts[at]};
    };
    // Whether the program holds its minimum against what came before or after the fee is not
    // known: the less of the two is what it guarantees.
    const std::uint64_t out_min =
        less_bps(less_bps(amounts.quoted_out, amounts.slippage_bps), amounts.platform_fee_bps);
    return SwapInstruction{
        .authority = accounts[head.authority],
        .source = accounts[head.source],
        .destination = accounts[head.destination],
        .mint_in = named(head.mint_in),
        .mint_out = named(head.mint_out),
        // The one of the first form is of either side: it names nothing of ours.
        .token_program_in = is_first ? std::nullopt : named(head.token_program_in),
        .token_program_out = named(head.token_program_out),
        .amount_in_max = TokenAmount{amounts.in},
        .amount_out_min = TokenAmount{out_min},
        // Over shared accounts the last transfer follows it. Of the others it is not verified.
        .is_floor_before_transfer = true,
        .is_curve_buy = steps->side_on_curve == StepSide::Buy,
        .is_curve_sell = steps->side_on_curve == StepSide::Sell,
        .accounts_created_max = steps->rents_max};
}

}  // namespace

Result<SwapInstruction> decode_jupiter_route(std::span<const Pubkey> accounts, BytesView data) {
    for (const RouteHead* head : {&kHeadV1, &kHeadV2, &kHeadShared}) {
        if (begins_with(data, head->discriminator) && accounts.size() >= head->count) {
            return decode_head(*head, accounts, data);
        }
    }
    return fail("a Jupiter instruction other than route, route_v2 and shared_accounts_route_v2");
}

bool is_jupiter_token_account(const Pubkey& program, BytesView data) {
    return program == solana::kJupiterV6Program && begins_with(data, kCreateTokenAccount);
}

Result<JupiterTokenAccount> decode_jupiter_token_account(std::span<const Pubkey> accounts,
                                                         BytesView data) {
    constexpr std::size_t kDataBytes = 9;  // With the bump of the address.
    constexpr std::size_t kAccounts = 5;
    if (data.size() != kDataBytes || accounts.size() != kAccounts) {
        return fail(
            fmt::format("a create_token_account of {} bytes and {} accounts, expected {} "
                        "and {}",
                        data.size(), accounts.size(), kDataBytes, kAccounts));
    }
    if (accounts[3] != solana::kTokenProgram || accounts[4] != solana::kSystemProgram) {
        return fail(fmt::format("a create_token_account under {} and {}", accounts[3].to_string(),
                                accounts[4].to_string()));
    }
    return JupiterTokenAccount{accounts[0], accounts[1], accounts[2]};
}

}  // namespace sniperforge::signer
