// SPDX-License-Identifier: MIT
// Any route of Jupiter's in an otherwise honest order is refused with a reason, or takes and
// guarantees what the order allows. The judge reads the route on its own. Input: what kind of order
// and what is known of the token's transfer fee, the number of the route's accounts, each of them
// as a place in the list below, and the route's data.
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "../support/signing_limits.hpp"
#include "fuzz_target.hpp"
#include "route_v2_input.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/signer/policy_signer.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

using namespace sniperforge::test::route_v2;

solana::Keypair route_keypair() {
    std::array<std::uint8_t, solana::kSeedSize> seed{};
    Rng{1}.fill(seed);
    auto made = solana::Keypair::from_seed(seed);
    SF_ASSERT(made.has_value());
    return std::move(*made);
}

// ---- The judge ----

struct JudgedHead {
    std::size_t authority, source, destination, mint_in, mint_out, program_in, program_out, events;
    std::size_t amounts, steps, accounts;
};
constexpr JudgedHead kJudgedV2{0, 1, 2, 3, 4, 5, 6, 8, 8, 30, 10};
constexpr JudgedHead kJudgedShared{1, 2, 5, 6, 7, 8, 9, 10, 9, 31, 12};

class RouteJudge {
 public:
    RouteJudge(const RouteInput& input, const SigningPolicy& policy, OwnAccounts& own)
        : input_{input}, policy_{policy}, own_{own} {}

    void judge() {
        const Bytes& data = input_.data;
        SF_ASSERT(data.size() > 8);
        const bool is_shared = data[0] == 0xd1;
        if (data[0] == 0xe5) {
            return;  // `route`: that of fuzz_policy_signer.
        }
        const JudgedHead& head = is_shared ? kJudgedShared : kJudgedV2;
        SF_ASSERT(input_.accounts.size() >= head.accounts && data.size() > head.steps + 4);
        SF_ASSERT(key(head.authority) == own_.wallet());
        SF_ASSERT(key(head.source) == own_.account(policy_.mint_in, key(head.program_in)));
        SF_ASSERT(key(head.destination) == own_.account(policy_.mint_out, key(head.program_out)));
        SF_ASSERT(key(head.mint_in) == policy_.mint_in && key(head.mint_out) == policy_.mint_out);
        SF_ASSERT(std::ranges::find(input_.accounts, third_account(own_)) == input_.accounts.end());
        judge_amounts(head);
        judge_steps(data, head.steps, is_shared);
    }

 private:
    [[nodiscard]] const Pubkey& key(std::size_t at) const { return input_.accounts[at]; }

    void judge_amounts(const JudgedHead& head) const {
        const BytesView data{input_.data};
        const auto kept = [](std::uint64_t amount, std::uint64_t bps) {
            SF_ASSERT(bps <= 10'000);
            return mul_div_floor(amount, 10'000 - bps, 10'000).value_or(0);
        };
        SF_ASSERT(read_le<std::uint64_t>(data, head.amounts) <= policy_.amount_in_max.raw());
        const auto platform = read_le<std::uint16_t>(data, head.amounts + 18);
        SF_ASSERT(platform <= 50 && read_le<std::uint16_t>(data, head.amounts + 20) == 0);
        const std::uint64_t out = kept(kept(read_le<std::uint64_t>(data, head.amounts + 8),
                                            read_le<std::uint16_t>(data, head.amounts + 16)),
                                       platform);
        std::uint64_t lost = 0;
        if (key(head.program_out) == solana::kToken2022Program) {
            SF_ASSERT(policy_.transfer_fee_out.has_value());
            const std::uint64_t part =
                mul_div_ceil(out, policy_.transfer_fee_out->rate.raw(), 10'000).value_or(kU64Max);
            lost = std::min(part, policy_.transfer_fee_out->fee_max.raw());
        }
        SF_ASSERT(out >= lost && out - lost >= policy_.receive_min.raw());
    }

    // Fields: bytes behind the variant; slices are counted in them.
    [[nodiscard]] static std::optional<std::size_t> fields_of(BytesView rest) {
        const auto slices = [&](std::size_t at) {
            SF_ASSERT(rest.size() >= at + 4);
            return at + 4 + std::size_t{2} * read_le<std::uint32_t>(rest, at);
        };
        switch (rest[0]) {
            case 7:
            case 38:
            case 40:
            case 46:
            case 77:
            case 108:
            case 99:
            case 100:
            case 147:
            case 148:
            case 112:
            case 113:
                return 1;
            case 17:
                return 2;
            case 47:
                SF_ASSERT(rest.size() >= 3);
                return rest[2] == 0 ? 3 : slices(3);
            case 75:
                return slices(1);
            default:
                return std::nullopt;
        }
    }

    void judge_steps(BytesView data, std::size_t at, bool is_shared) const {
        const auto count = read_le<std::uint32_t>(data, at);
        at += 4;
        SF_ASSERT(count > 0 && count <= 16);
        std::uint64_t rents = 0;
        std::uint64_t of_whole = 0;
        for (std::uint32_t step = 0; step < count; ++step) {
            SF_ASSERT(at < data.size());
            const std::uint8_t variant = data[at];
            const auto fields = fields_of(data.subspan(at));
            SF_ASSERT(fields.has_value());
            at += *fields;
            SF_ASSERT(at + 4 <= data.size());
            const auto share = read_le<std::uint16_t>(data, at);
            SF_ASSERT(share > 0 && share <= 10'000 && data[at + 3] != 0);
            of_whole += data[at + 2] == 0 ? share : 0U;
            at += 4;
            const bool is_curve = variant == 112 || variant == 113;
            SF_ASSERT(!is_curve || (count == 1 && !is_shared));
            SF_ASSERT(variant != 112 || policy_.mint_in == kSol);
            SF_ASSERT(variant != 113 || policy_.mint_out == kSol);
            rents += is_curve ? 2U : variant == 99 || variant == 147 || variant == 148 ? 1U : 0U;
        }
        SF_ASSERT(at == data.size() && of_whole <= 10'000);
        SF_ASSERT(rents <= kRentsSpare);
    }

    const RouteInput& input_;
    const SigningPolicy& policy_;
    OwnAccounts& own_;
};

void check(BytesView bytes) {
    static PolicySigner signer{route_keypair(), sniperforge::test::kNoSigningLimits};
    OwnAccounts& own = signer.own_accounts();
    (void)third_account(own);  // Of a token that we have had to do with before.
    const auto input = read_route_input(bytes, own);
    if (!input) {
        return;
    }
    const SigningPolicy policy = policy_of(*input);
    const auto message = message_of(*input, own);
    if (!message) {
        return;  // It does not fit.
    }
    const auto checked = signer.check(*message, policy, {});
    if (checked) {
        RouteJudge{*input, policy, own}.judge();
    } else {
        SF_ASSERT(!checked.error().reason.empty());
    }
}

}  // namespace
}  // namespace sniperforge::signer

SF_FUZZ_TARGET {
    sniperforge::signer::check({data, size});
    return 0;
}
