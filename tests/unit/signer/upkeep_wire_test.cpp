// SPDX-License-Identifier: MIT
// Upkeep across the socket to the process with the key: the same signature, the same refusal, and
// nothing beyond the bounds of a frame.
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "signer/signer_wire.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

constexpr SigningTime kWireNow{MonoTime{1}, WallTime{1}};

TEST(UpkeepWire, IsSignedAndRefusedAsByASignerWithTheKey) {
    int fds[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    PolicySigner here{keypair_of(1), sniperforge::test::kNoSigningLimits};
    PolicySigner served{keypair_of(1), sniperforge::test::kNoSigningLimits};
    // Joined at the end of the test, wherever that is: what is remote has closed our end by then.
    const std::jthread server{[&] {
        serve_signatures(fds[1], served, [] { return kWireNow; });
        ::close(fds[1]);
    }};
    {
        const Pubkey wallet = here.wallet();
        PolicySigner remote{RemoteSigner{fds[0], wallet, std::chrono::seconds{600}},
                            SigningLimits{}};
        const Pubkey nonce = key_of(31);
        const UpkeepPolicy policy{.kind = UpkeepKind::NonceClose,
                                  .account = nonce,
                                  .lamports = kRent,
                                  .cost_max = Lamports{5'020}};
        const auto closing_to = [&](const Pubkey& to) {
            const Instructions all{solana::set_compute_unit_limit(ComputeUnits{1'000}),
                                   solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
                                   solana::system_withdraw_nonce({nonce, to, wallet, kRent})};
            return solana::compile_message(wallet, all, kBlockhash).value_or(Bytes{});
        };
        Bytes ours, theirs;
        ASSERT_TRUE(here.sign(ours, closing_to(wallet), policy, kWireNow));
        const auto signature = remote.sign(theirs, closing_to(wallet), policy, kWireNow);
        ASSERT_TRUE(signature) << signature.error().text();
        EXPECT_EQ(theirs, ours);
        const auto refused = remote.sign(theirs, closing_to(kStranger), policy, kWireNow);
        ASSERT_FALSE(refused);
        EXPECT_TRUE(refused.error().text().starts_with("instruction 2: its recipient is "));
    }
}

TEST(UpkeepWire, BeyondTheBoundsIsNotSent) {
    Bytes frame;
    const Bytes most(solana::kTransactionBytesMaxV1, 0);
    const Bytes more(solana::kTransactionBytesMaxV1 + 1, 0);
    UpkeepPolicy upkeep;
    upkeep.addresses.resize(kUpkeepAddressesMax);
    upkeep.seed.assign(solana::kSeedBytesMax, 's');
    EXPECT_TRUE(encode_request(frame, UpkeepRequest{1, upkeep, most}));
    const auto read = decode_request(frame);
    ASSERT_TRUE(read && std::holds_alternative<UpkeepRequest>(*read));
    EXPECT_EQ(std::get<UpkeepRequest>(*read).policy.addresses.size(), kUpkeepAddressesMax);
    EXPECT_EQ(std::get<UpkeepRequest>(*read).policy.seed, upkeep.seed);
    EXPECT_FALSE(encode_request(frame, UpkeepRequest{1, upkeep, more}));
    upkeep.addresses.emplace_back();
    EXPECT_FALSE(encode_request(frame, UpkeepRequest{1, upkeep, most}));
    upkeep.addresses.pop_back();
    upkeep.seed += 's';
    EXPECT_FALSE(encode_request(frame, UpkeepRequest{1, upkeep, most}));
    // A frame that is cut anywhere is none.
    upkeep.seed.pop_back();
    ASSERT_TRUE(encode_request(frame, UpkeepRequest{1, upkeep, Bytes{1, 2, 3}}));
    ASSERT_TRUE(decode_request(frame));
    for (std::size_t size = 0; size < frame.size(); ++size) {
        EXPECT_FALSE(decode_request(BytesView{frame}.first(size)));
    }
    frame[5] = static_cast<std::uint8_t>(UpkeepKind::NonceClose) + 1;
    EXPECT_FALSE(decode_request(frame));
}

}  // namespace
}  // namespace sniperforge::signer
