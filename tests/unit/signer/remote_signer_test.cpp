// SPDX-License-Identifier: MIT
// The key behind a socket: it signs and refuses what a signer in the same process would, it cannot
// be made to sign by bytes that are no request, and once it is gone nothing is signed.
#include "sniperforge/signer/remote_signer.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <thread>

#include "signer/signer_wire.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

const Pubkey kRemoteCold = keypair_of(2).public_key();
constexpr SigningTime kRemoteNow{MonoTime{1}, WallTime{1}};

struct Ends {
    int ours = -1, theirs = -1;
};

Ends connected() {
    int fds[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    return {fds[0], fds[1]};
}

// How fast this machine is decides nothing here.
constexpr std::chrono::seconds kPatience{600};

// A signer that serves on a thread of its own what a process would.
class RemoteSignerTest : public PolicyTest {
 protected:
    explicit RemoteSignerTest(const SigningLimits& limits = {Lamports::max(),
                                                             Lamports::max(),
                                                             Lamports::max(),
                                                             kRemoteCold,
                                                             Lamports{14'000},
                                                             {kTipAccounts[0]}})
        : served_{keypair_of(1), limits}, server_{[this] {
              serve_signatures(ends_.theirs, served_, [] { return kRemoteNow; });
              ::close(ends_.theirs);
          }} {
        remote.emplace(RemoteSigner{ends_.ours, wallet(), kPatience}, SigningLimits{});
    }
    ~RemoteSignerTest() override {
        remote.reset();  // Closes our end, which ends the thread.
        if (server_.joinable()) {
            server_.join();
        }
    }
    [[nodiscard]] std::string asked(const Instructions& instructions, const SigningPolicy& policy) {
        Bytes transaction;
        const auto signature = remote->sign(transaction, compile(instructions), policy, kRemoteNow);
        return signature ? "" : signature.error().text();
    }

    Ends ends_ = connected();
    std::optional<PolicySigner> remote;

 private:
    PolicySigner served_;
    std::thread server_;
};

TEST_F(RemoteSignerTest, SignsTheSameBytesAsASignerWithTheKey) {
    const Bytes message = compile(entry());
    Bytes here, there;
    const auto expected = signer.sign(here, message, entry_policy(), kRemoteNow);
    const auto signature = remote->sign(there, message, entry_policy(), kRemoteNow);
    ASSERT_TRUE(expected && signature) << signature.error().text();
    EXPECT_EQ(*signature, *expected);
    EXPECT_EQ(there, here);
    EXPECT_TRUE(remote->can_sign());
}

TEST_F(RemoteSignerTest, SignsMessagesOfEveryVersionAndWithTables) {
    const std::vector<solana::AddressLookupTable> tables{
        {key_of(200), {own(kSol), own(kToken), kSol, kToken, key_of(72), kJupiterEvents}}};
    Instructions bare = entry();
    bare.erase(bare.begin(), bare.begin() + 2);
    const auto messages = {
        solana::compile_message(wallet(), entry(), kBlockhash, tables),
        solana::compile_legacy_message(wallet(), entry(), kBlockhash),
        solana::compile_message_v1(wallet(), bare, kBlockhash,
                                   {.priority_fee = kPriority,
                                    .compute_unit_limit = ComputeUnits{200'000},
                                    .loaded_accounts_data_size_limit = 1'000'000})};
    for (const auto& message : messages) {
        Bytes here, there;
        ASSERT_TRUE(signer.sign(here, *message, entry_policy(), kRemoteNow, tables));
        const auto signature = remote->sign(there, *message, entry_policy(), kRemoteNow, tables);
        ASSERT_TRUE(signature) << signature.error().text();
        EXPECT_EQ(there, here);
    }
}

TEST_F(RemoteSignerTest, RefusesWithTheInstructionAndTheReason) {
    Instructions changed = entry();
    changed[3] = solana::system_transfer({wallet(), kStranger, Lamports{kAmount}});
    EXPECT_EQ(asked(changed, entry_policy()), refusal(changed, entry_policy()));
    EXPECT_TRUE(asked(changed, entry_policy()).starts_with("instruction 3: "));
    SigningPolicy less = entry_policy();
    less.lamports_max = Lamports{1};
    EXPECT_EQ(asked(entry(), less), refusal(entry(), less));
    EXPECT_EQ(asked(entry(), entry_policy()), "");
}

// The tip is the order's; where it may go, and how much at most, the process knows by itself.
TEST_F(RemoteSignerTest, TipsGoWhereTheProcessLetsThem) {
    const auto tipped = [&](const Pubkey& to, std::uint64_t tip) {
        Instructions instructions = entry();
        instructions.push_back(solana::system_transfer({wallet(), to, Lamports{tip}}));
        return instructions;
    };
    SigningPolicy policy = entry_policy();
    policy.lamports_max += Lamports{20'000};
    EXPECT_NE(asked(tipped(kTipAccounts[0], 1), policy), "");
    policy.tip_max = Lamports{9'000};
    EXPECT_EQ(asked(tipped(kTipAccounts[0], 9'000), policy), "");
    EXPECT_NE(asked(tipped(kTipAccounts[0], 9'001), policy), "");
    policy.tip_max = Lamports{20'000};
    EXPECT_EQ(asked(tipped(kTipAccounts[0], 10'000), policy), "");
    EXPECT_NE(asked(tipped(kTipAccounts[0], 10'001), policy), "");
    EXPECT_NE(asked(tipped(kTipAccounts[1], 1), policy), "");
}

// What the daemon holds of other tokens, it tells: our signature must not reach it there either.
TEST_F(RemoteSignerTest, KnowsTheAccountsThatTheDaemonKnows) {
    const Pubkey other = key_of(73);
    Instructions changed = entry();
    changed[6].accounts.push_back(
        solana::writable(solana::associated_token_address(wallet(), other, solana::kTokenProgram)));
    EXPECT_EQ(asked(changed, entry_policy()), "");
    for (std::uint64_t i = 0; i < 2 * kFrameMintsMax; ++i) {
        (void)remote->own_accounts().account(key_of(10'000 + i), solana::kTokenProgram);
    }
    (void)remote->own_accounts().account(other, solana::kTokenProgram);
    EXPECT_NE(asked(changed, entry_policy()).find("which the order is not about"),
              std::string::npos);
}

TEST_F(RemoteSignerTest, WithdrawsToTheColdAddressThatItWasMadeWithAlone) {
    const auto ask = [&](const Pubkey& to) {
        const Instructions all{solana::set_compute_unit_limit(ComputeUnits{2'000}),
                               solana::system_transfer({wallet(), to, Lamports{10}})};
        Bytes transaction;
        const auto signature = remote->sign(
            transaction, compile(all),
            WithdrawalPolicy{{}, Lamports{10}, solana::base_fee(1), kRent}, kRemoteNow);
        return signature ? "" : signature.error().text();
    };
    EXPECT_EQ(ask(kRemoteCold), "");
    EXPECT_TRUE(ask(kStranger).starts_with("instruction 1: 10 lamports go to "));
}

class RemoteBudgetTest : public RemoteSignerTest {
 protected:
    RemoteBudgetTest()
        : RemoteSignerTest{
              {.transaction_max = Lamports::max(),
               .hour_max = Lamports{kAmount} + kPriority + solana::base_fee(1) + kRent + kRent,
               .day_max = Lamports::max(),
               .fee_max = kPriority}} {}
};

// Whatever the daemon is told to believe about the time, the process with the key has its own.
TEST_F(RemoteBudgetTest, CountsWhereTheKeyIs) {
    EXPECT_EQ(asked(entry(), entry_policy()), "");
    Bytes transaction;
    const SigningTime tomorrow{MonoTime{86'400'000'000'000}, WallTime{86'400'000'000'000}};
    const auto second = remote->sign(transaction, compile(entry()), entry_policy(), tomorrow);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().reason.find("hourly_outflow_max_sol"), std::string::npos);
    EXPECT_TRUE(transaction.empty());
}

// What an earlier process signed is gone with it, and the daemon tells its successor.
TEST_F(RemoteBudgetTest, CountsWhatWasSignedBeforeTheProcessBegan) {
    std::vector<SignedBefore> before(kFrameBeforeMax + 1, {OrderKind::Exit, Lamports{1}, {}});
    before.push_back({OrderKind::Entry, Lamports{1}, kRemoteNow.wall});
    remote->restore(before, {});
    EXPECT_NE(asked(entry(), entry_policy()).find("hourly_outflow_max_sol"), std::string::npos);
}

TEST_F(RemoteBudgetTest, IsToldOfSalesWithoutHoldingThemAgainstEntries) {
    remote->restore(std::vector<SignedBefore>{{OrderKind::Exit, Lamports{1}, kRemoteNow.wall}}, {});
    EXPECT_EQ(asked(entry(), entry_policy()), "");
    EXPECT_TRUE(remote->can_sign());
}

// ---- Bytes that are no request ----

class RawSigner {
 public:
    RawSigner() {
        thread_ = std::thread{[this] {
            PolicySigner signer{
                keypair_of(1),
                {Lamports::max(), Lamports::max(), Lamports::max(), kRemoteCold, kPriority}};
            serve_signatures(ends_.theirs, signer, [] { return kRemoteNow; });
        }};
    }
    ~RawSigner() {
        ::shutdown(ends_.ours, SHUT_RDWR);
        thread_.join();
        ::close(ends_.ours);
        ::close(ends_.theirs);
    }
    [[nodiscard]] std::optional<Answer> ask(BytesView frame) const {
        EXPECT_EQ(::send(ends_.ours, frame.data(), frame.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(frame.size()));
        Bytes answer(kAnswerBytesMax);
        const ssize_t size = ::recv(ends_.ours, answer.data(), answer.size(), 0);
        EXPECT_GT(size, 0);
        answer.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return decode_answer(answer);
    }

 private:
    Ends ends_ = connected();
    std::thread thread_;
};

class SignerFrames : public PolicyTest {
 protected:
    [[nodiscard]] static bool has_no_answer(const Request& request) {
        return std::holds_alternative<MintsRequest>(request) ||
               std::holds_alternative<BeforeRequest>(request);
    }
    [[nodiscard]] Bytes honest() {
        Bytes frame;
        const Bytes message = compile(entry());
        EXPECT_TRUE(encode_request(frame, OrderRequest{7, entry_policy(), message, {}}, {}));
        return frame;
    }
};

TEST_F(SignerFrames, TruncatedAnywhereGiveNoSignature) {
    const RawSigner raw;
    const Bytes frame = honest();
    const auto whole = raw.ask(frame);
    ASSERT_TRUE(whole && whole->outcome);
    EXPECT_EQ(whole->number, 7U);
    for (std::size_t size = 1; size < frame.size(); ++size) {
        EXPECT_FALSE(decode_request(BytesView{frame}.first(size))) << size;
        if (size % 16 == 1) {
            const auto answer = raw.ask(BytesView{frame}.first(size));
            ASSERT_TRUE(answer) << size;
            EXPECT_FALSE(answer->outcome) << size;
        }
    }
    Bytes longer = frame;
    longer.push_back(0);
    EXPECT_FALSE(decode_request(longer));
}

TEST_F(SignerFrames, CarryWhatATransferTakesUpToTheWholeOfItAndNoMore) {
    SigningPolicy policy = entry_policy();
    const Bytes message = compile(entry());
    for (const std::uint64_t rate : {0U, 10'000U, 10'001U}) {
        policy.transfer_fee_out = TransferFeeMax{BasisPoints{rate}, TokenAmount{kU64Max}};
        Bytes frame;
        ASSERT_TRUE(encode_request(frame, OrderRequest{1, policy, message, {}}, {}));
        const auto request = decode_request(frame);
        ASSERT_EQ(request.has_value(), rate <= 10'000) << rate;
        if (request) {
            const auto& read = std::get<OrderRequest>(*request).policy.transfer_fee_out;
            ASSERT_TRUE(read);
            EXPECT_EQ(read->rate, BasisPoints{rate});
            EXPECT_EQ(read->fee_max, TokenAmount{kU64Max});
        }
    }
    Bytes frame;
    policy.transfer_fee_out.reset();
    ASSERT_TRUE(encode_request(frame, OrderRequest{1, policy, message, {}}, {}));
    const auto request = decode_request(frame);
    ASSERT_TRUE(request);
    EXPECT_EQ(std::get<OrderRequest>(*request).policy.transfer_fee_out.has_value(), false);
}

TEST_F(SignerFrames, OfWhatWasSignedBeforeComeBackAsTheyWereAndNotTruncated) {
    const std::vector<SignedBefore> before{
        {OrderKind::Cycle, Lamports{7}, WallTime{-1}, false, MicroUsd{5}},
        {OrderKind::Exit, Lamports::max(), WallTime{9}, true}};
    Bytes frame;
    encode_before(frame, before);
    const auto request = decode_request(frame);
    ASSERT_TRUE(request && std::holds_alternative<BeforeRequest>(*request));
    const auto& read = std::get<BeforeRequest>(*request).before;
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(read[0].kind, OrderKind::Cycle);
    EXPECT_EQ(read[0].outflow, Lamports{7});
    EXPECT_EQ(read[0].at, WallTime{-1});
    EXPECT_FALSE(read[0].is_withdrawal);
    EXPECT_EQ(read[0].stables, MicroUsd{5});
    EXPECT_EQ(read[1].stables, MicroUsd{});
    EXPECT_EQ(read[1].outflow, Lamports::max());
    EXPECT_TRUE(read[1].is_withdrawal);
    Bytes neither = frame;
    neither[neither.size() - 1 - sizeof(std::uint64_t)] = 2;
    EXPECT_FALSE(decode_request(neither));
    for (std::size_t size = 0; size < frame.size(); ++size) {
        EXPECT_FALSE(decode_request(BytesView{frame}.first(size))) << size;
    }
    constexpr std::size_t kFirstKind = 1 + 4 + 1;
    frame[kFirstKind] = static_cast<std::uint8_t>(OrderKind::Sweep) + 1;
    EXPECT_FALSE(decode_request(frame)) << "no kind of order has this number";
}

TEST_F(SignerFrames, OfRandomBytesNeverCrashAndNeverGiveASignature) {
    const RawSigner raw;
    Rng rng{20'260'101};
    for (int i = 0; i < 20'000; ++i) {
        Bytes frame(1 + rng.below(600));
        rng.fill(frame);
        frame[0] = static_cast<std::uint8_t>(1 + rng.below(6));
        const auto request = decode_request(frame);
        if (i % 40 == 0 && !(request && has_no_answer(*request))) {
            const auto answer = raw.ask(frame);
            ASSERT_TRUE(answer);
            EXPECT_FALSE(answer->outcome);
        }
        (void)decode_answer(frame);
    }
}

// A request with some bytes of it changed may be honest still, where they were the bounds of a
// policy: then what is signed is the message, and nothing but what the policy allowed.
TEST_F(SignerFrames, ChangedInAFewBytesNeverCrashAndSignAWholeMessageOrNothing) {
    const RawSigner raw;
    const Bytes frame = honest();
    Rng rng{20'260'102};
    for (int i = 0; i < 500; ++i) {
        Bytes changed = frame;
        for (std::uint64_t n = 1 + rng.below(4); n > 0; --n) {
            changed[rng.below(changed.size())] ^= static_cast<std::uint8_t>(1 + rng.below(255));
        }
        if (const auto request = decode_request(changed); request && has_no_answer(*request)) {
            continue;
        }
        const auto answer = raw.ask(changed);
        ASSERT_TRUE(answer);
        if (answer->outcome) {
            const auto request = decode_request(changed);
            ASSERT_TRUE(request && std::holds_alternative<OrderRequest>(*request));
            EXPECT_TRUE(solana::verify(wallet(), std::get<OrderRequest>(*request).message,
                                       *answer->outcome));
        }
    }
}

TEST_F(SignerFrames, BeyondTheBoundsAreNotSent) {
    Bytes frame;
    const Bytes most(solana::kTransactionBytesMaxV1, 0);
    const Bytes more(solana::kTransactionBytesMaxV1 + 1, 0);
    EXPECT_TRUE(encode_request(frame, OrderRequest{1, entry_policy(), most, {}}, {}));
    EXPECT_FALSE(encode_request(frame, OrderRequest{1, entry_policy(), more, {}}, {}));
    EXPECT_FALSE(encode_request(frame, WithdrawalRequest{1, {}, more}));
    std::vector<solana::AddressLookupTable> tables(
        kFrameTablesMax, {key_of(1), std::vector<Pubkey>(solana::kLookupTableAddressesMax)});
    EXPECT_TRUE(encode_request(frame, OrderRequest{1, entry_policy(), most, {}}, tables));
    EXPECT_TRUE(decode_request(frame));
    tables.push_back(tables.front());
    EXPECT_FALSE(encode_request(frame, OrderRequest{1, entry_policy(), most, {}}, tables));
    // What the check asserts is refused before it is asked.
    SigningPolicy legs = cycle_policy();
    legs.leg_count = kLegsMax + 1;
    EXPECT_TRUE(encode_request(frame, OrderRequest{1, legs, most, {}}, {}));
    EXPECT_FALSE(decode_request(frame));
    legs.leg_count = kLegsMax;
    EXPECT_TRUE(encode_request(frame, OrderRequest{1, legs, most, {}}, {}));
    EXPECT_TRUE(decode_request(frame));
}

// ---- The process ----

TEST_F(PolicyTest, NothingIsSignedOnceTheProcessWithTheKeyIsGone) {
    const Ends ends = connected();
    PolicySigner remote{RemoteSigner{ends.ours, wallet()}, SigningLimits{}};
    EXPECT_TRUE(remote.can_sign());
    ::close(ends.theirs);
    Bytes transaction;
    const auto signature = remote.sign(transaction, compile(entry()), entry_policy(), kRemoteNow);
    ASSERT_FALSE(signature);
    EXPECT_NE(signature.error().reason.find("the process with the key has ended"),
              std::string::npos);
    EXPECT_TRUE(transaction.empty());
    EXPECT_FALSE(remote.can_sign());
}

TEST_F(PolicyTest, AnAnswerToAnotherRequestEndsTheConnection) {
    const Ends ends = connected();
    PolicySigner remote{RemoteSigner{ends.ours, wallet(), kPatience}, SigningLimits{}};
    std::thread liar{[&] {
        Bytes frame(kFrameBytesMax);
        (void)::recv(ends.theirs, frame.data(), frame.size(), 0);  // The mints.
        (void)::recv(ends.theirs, frame.data(), frame.size(), 0);
        Bytes answer;
        encode_answer(answer, {99, Signature{}});
        (void)::send(ends.theirs, answer.data(), answer.size(), MSG_NOSIGNAL);
    }};
    (void)remote.own_accounts().account(kToken, solana::kTokenProgram);
    Bytes transaction;
    EXPECT_FALSE(remote.sign(transaction, compile(entry()), entry_policy(), kRemoteNow));
    EXPECT_FALSE(remote.can_sign());
    liar.join();
    ::close(ends.theirs);
}

// Runs `body` in a process of its own, locked down, and says how it ended.
int status_of(const std::function<void(int fd)>& body) {
    const Ends ends = connected();
    const pid_t child = ::fork();
    if (child == 0) {
        if (!lock_down(ends.theirs)) {
            ::_exit(77);
        }
        body(ends.theirs);
        ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    ::close(ends.ours);
    ::close(ends.theirs);
    return status;
}

TEST(LockDown, LeavesTheSocketAndTheMemoryAndNothingElse) {
    const int fine = status_of([](int fd) {
        const Bytes bytes(1'000'000, 1);
        (void)::send(fd, bytes.data(), 10, MSG_NOSIGNAL);
    });
    ASSERT_TRUE(WIFEXITED(fine)) << fine;
    if (WEXITSTATUS(fine) == 77) {
        GTEST_SKIP() << "this system has no seccomp";
    }
    EXPECT_EQ(WEXITSTATUS(fine), 0);
    const std::function<void(int)> forbidden[] = {
        [](int) { (void)::open("/dev/null", O_RDONLY); },
        [](int) { (void)::socket(AF_UNIX, SOCK_STREAM, 0); },
        [](int) { (void)::write(STDERR_FILENO, "x", 1); },
        [](int fd) { (void)::send(fd + 1, "x", 1, MSG_NOSIGNAL); },
        [](int) { (void)::fork(); },
    };
    for (std::size_t i = 0; i < std::size(forbidden); ++i) {
        const int status = status_of(forbidden[i]);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) << i << ": " << status;
    }
}

}  // namespace
}  // namespace sniperforge::signer
