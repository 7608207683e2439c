// SPDX-License-Identifier: MIT
// What fuzz_route_v2 and fuzz_signer_frames begin with: honest routes of every form, and a frame of
// each kind.
#include "fuzz/route_v2_input.hpp"
#include "signer/signer_wire.hpp"
#include "support/seeds.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;
using sniperforge::test::expect_seed;

class FuzzSeeds : public PolicyTest {
 protected:
    // Signed as it is, so that the fuzzer begins where something can be lost.
    void expect_route(const std::string& name, bool is_exit, std::uint8_t fee, const Route& route) {
        namespace input = sniperforge::test::route_v2;
        OwnAccounts& own = signer.own_accounts();
        const auto flags =
            static_cast<std::uint8_t>((is_exit ? input::kExitBit : 0) | (fee << input::kFeeShift));
        const Bytes seed = input::write_route_input(flags, route.instruction(), own);
        const auto read = input::read_route_input(seed, own);
        ASSERT_TRUE(read) << name;
        const auto message = input::message_of(*read, own);
        ASSERT_TRUE(message) << name;
        EXPECT_EQ(refusal(*message, input::policy_of(*read)), "") << name;
        expect_seed("route_v2", name, seed);
    }
};

TEST_F(FuzzSeeds, OfRoutesAreHonestOnesOfEveryForm) {
    expect_route("entry", false, 0, entry_route());
    expect_route("exit", true, 0, exit_route());
    for (const bool is_shared : {false, true}) {
        const std::string form = is_shared ? "shared" : "v2";
        expect_route("entry_" + form, false, 0, entry_route().second(is_shared));
        expect_route("exit_" + form, true, 0, exit_route().second(is_shared));
        Route fee = entry_route().second(is_shared);
        fee.destination = signer.own_accounts().account(kToken, solana::kToken2022Program);
        fee.token_program_out = solana::kToken2022Program;
        fee.quoted_out = 10'050;
        expect_route("entry_2022_" + form, false, 2, fee);
        Route platform = entry_route().second(is_shared);
        platform.platform_fee_bps = 50;
        platform.quoted_out = 10'100;
        platform.taker = key_of(666);
        expect_route("entry_platform_" + form, false, 0, platform);
        Route split = entry_route().second(is_shared);
        split.step_count = 3;
        split.steps = {17, 1,    0x88, 0x13, 0, 1,  75, 1, 0,    0,    0, 0,
                       2,  0x88, 0x13, 0,    1, 47, 1,  0, 0x10, 0x27, 1, 2};
        split.venues = {solana::kOrcaWhirlpoolProgram, solana::kMeteoraDlmmProgram,
                        solana::kOrcaWhirlpoolProgram};
        expect_route("entry_split_" + form, false, 0, split);
    }
    Route curve = entry_route().second();
    curve.steps[0] = 112;
    curve.venues = {solana::kPumpCurveProgram};
    expect_route("entry_curve", false, 0, curve);
    Route sale = exit_route().second();
    sale.steps[0] = 113;
    sale.venues = {solana::kPumpCurveProgram};
    expect_route("exit_curve", true, 0, sale);
    Route cashback = exit_route().second();
    cashback.steps[0] = 148;
    cashback.venues = {solana::kPumpSwapProgram};
    expect_route("exit_cashback", true, 0, cashback);
}

TEST_F(FuzzSeeds, OfFramesAreOneOfEachKind) {
    Bytes frame;
    const Bytes bought = compile(entry());
    SigningPolicy policy = entry_policy();
    policy.transfer_fee_out = TransferFeeMax{BasisPoints{100}, TokenAmount{40}};
    ASSERT_TRUE(encode_request(frame, OrderRequest{7, policy, bought, {}}, {}));
    expect_seed("signer_frames", "order", frame);
    const std::vector<solana::AddressLookupTable> tables{{key_of(201), {key_of(80), key_of(90)}}};
    ASSERT_TRUE(
        encode_request(frame, OrderRequest{8, cycle_policy(), compile(cycle()), {}}, tables));
    expect_seed("signer_frames", "order_tables", frame);
    const Pubkey cold = keypair_of(2).public_key();
    const Bytes withdrawn = compile({solana::set_compute_unit_limit(ComputeUnits{1'000}),
                                     solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
                                     solana::system_transfer({wallet(), cold, Lamports{10}})});
    ASSERT_TRUE(encode_request(
        frame, WithdrawalRequest{
                   9, {{}, Lamports{10}, solana::base_fee(1) + Lamports{20}, {}}, withdrawn}));
    expect_seed("signer_frames", "withdrawal", frame);
    const Bytes closed =
        compile({solana::set_compute_unit_limit(ComputeUnits{1'000}),
                 solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
                 solana::system_withdraw_nonce({key_of(31), wallet(), wallet(), kRent})});
    ASSERT_TRUE(encode_request(frame, UpkeepRequest{10,
                                                    {.kind = UpkeepKind::NonceClose,
                                                     .account = key_of(31),
                                                     .lamports = kRent,
                                                     .cost_max = Lamports{5'020}},
                                                    closed}));
    expect_seed("signer_frames", "upkeep", frame);
    encode_mints(frame, std::vector<Pubkey>{key_of(70), key_of(73)});
    expect_seed("signer_frames", "mints", frame);
    encode_before(frame, std::vector<SignedBefore>{
                             {OrderKind::Entry, Lamports{5}, WallTime{1}},
                             {OrderKind::Exit, Lamports{6}, WallTime{-1}, false, MicroUsd{7}}});
    expect_seed("signer_frames", "before", frame);
    encode_answer(frame, Answer{7, Signature::from(Bytes(64, 1))});
    expect_seed("signer_frames", "answer", frame);
    encode_answer(frame, Answer{7, Err{Refusal{3, "why"}}});
    expect_seed("signer_frames", "refusal", frame);
}

}  // namespace
}  // namespace sniperforge::signer
