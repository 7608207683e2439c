// SPDX-License-Identifier: MIT
// Who holds the most of a token, by asking a node for it.
#include "sniperforge/feed/holder_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::feed {
namespace {

namespace fake = sniperforge::test;

const Pubkey kMint = fake::key_of(1), kBeside = fake::key_of(2), kOwner = fake::key_of(3);

class HolderReaderTest : public ::testing::Test, public HolderEvents, public RoundTripEvents {
 protected:
    HolderReaderTest() {
        node.answer = [this](const fake::RpcRequest& request) { return answer(request); };
        hold(fake::key_of(20), 500);
        hold(fake::key_of(21), 300);
        hold(kBeside, 7);
    }
    void hold(const Pubkey& account, std::uint64_t amount) {
        solana::TokenAccount held;
        held.mint = kMint;
        held.owner = kOwner;
        held.amount = TokenAmount{amount};
        const auto data = solana::encode_token_account(held);
        accounts[account.to_string()] = Bytes{data.begin(), data.end()};
    }
    net::HttpResponse answer(const fake::RpcRequest& request) {
        calls.push_back(reactor.now());
        methods.emplace_back(request.method);
        if (is_failing) {
            return fake::error_of(request, -32602, "Invalid param: not a Token mint");
        }
        if (request.method == "getTokenLargestAccounts") {
            return fake::result_of(
                request,
                fmt::format(
                    R"({{"context":{{"slot":5}},"value":[{{"address":"{}","amount":"500","decimals":6,"uiAmount":0.0005,"uiAmountString":"0.0005"}},{{"address":"{}","amount":"300","decimals":6,"uiAmount":0.0003,"uiAmountString":"0.0003"}}]}})",
                    fake::key_of(20).to_string(), fake::key_of(21).to_string()));
        }
        const auto mint = solana::encode_mint({.mint_authority = {},
                                               .supply = TokenAmount{1'000},
                                               .decimals = 6,
                                               .freeze_authority = {}});
        std::string list;
        for (std::size_t at = request.params.find('"'); at != std::string::npos;) {
            const auto end = request.params.find('"', at + 1);
            const std::string key = request.params.substr(at + 1, end - at - 1);
            const bool is_mint = key == kMint.to_string();
            if (!is_mint && !Pubkey::parse(key)) {
                break;  // The options.
            }
            list += list.empty() ? "" : ",";
            list += is_mint || accounts.contains(key)
                        ? fake::account_json(
                              1, is_mint ? BytesView{mint} : BytesView{accounts[key]},
                              metadata.contains(key) ? metadata_owner : solana::kTokenProgram)
                        : std::string{"null"};
            at = request.params.find('"', end + 1);
        }
        return fake::result_of(request,
                               fmt::format(R"({{"context":{{"slot":6}},"value":[{}]}})", list));
    }
    void on_holders(const Pubkey& mint, const std::optional<HolderReading>& reading) override {
        told.emplace_back(mint, reading);
    }
    void on_round_trip(const Pubkey&, const RoundTripReading&) override {}
    void on_metadata(const Pubkey& mint,
                     const std::optional<solana::MetaplexMetadata>& names) override {
        told_first = told.size();
        named.emplace_back(mint, names ? names->name : "-");
    }
    // Gives the mint a metadata account.
    void name(const Pubkey& mint, std::string_view text) {
        const std::string at = solana::metaplex_metadata_address(mint).to_string();
        metadata.insert(at);
        Bytes data{4};
        append(data, kOwner.bytes);
        append(data, mint.bytes);
        for (const std::string_view each : {text, std::string_view{"S"}, std::string_view{"u"}}) {
            append_le(data, static_cast<std::uint32_t>(each.size()));
            append(data, bytes_of(each));
        }
        accounts[at] = data;
    }
    void run(Duration time) {
        const MonoTime end = reactor.now() + time;
        while (reactor.now() < end) {
            fake::run_for(reactor, std::chrono::milliseconds{100});
            reader.on_tick(reactor.now());
        }
    }

    net::VirtualReactor reactor;
    fake::FakeNode node{reactor, 1000};
    rpc::RpcClient rpc{reactor, {node.endpoint()}};
    HolderReader reader{reactor, rpc, 4, *this, *this};
    std::map<std::string, Bytes> accounts;
    std::set<std::string> metadata;  // Of them.
    Pubkey metadata_owner = solana::kMetaplexMetadataProgram;
    std::vector<std::pair<Pubkey, std::string>> named;
    std::size_t told_first = 0;  // Readings before the last names.
    bool is_failing = false;
    std::vector<MonoTime> calls;
    std::vector<std::string> methods;
    std::vector<std::pair<Pubkey, std::optional<HolderReading>>> told;
};

TEST_F(HolderReaderTest, ReadsTheLargestTheSupplyAndTheAccountBesideInOneSlot) {
    ASSERT_TRUE(reader.look_up(kMint, kBeside));
    run(std::chrono::seconds{2});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].first, kMint);
    ASSERT_TRUE(told[0].second);
    const HolderReading& reading = *told[0].second;
    EXPECT_EQ(reading.slot, Slot{6});
    EXPECT_EQ(reading.supply, TokenAmount{1'000});
    EXPECT_EQ(reading.beside, TokenAmount{7});
    ASSERT_EQ(reading.holders.size(), 2U);
    EXPECT_EQ(reading.holders[0].account, fake::key_of(20));
    EXPECT_EQ(reading.holders[0].owner, kOwner);
    EXPECT_EQ(reading.holders[0].amount, TokenAmount{500});
    EXPECT_EQ(reader.statistics().calls, 2U);
}

// As they are when they are read, not when they were listed.
TEST_F(HolderReaderTest, CountsWhatTheAccountsHoldNowAndNothingOfThoseThatAreGone) {
    hold(fake::key_of(20), 1);
    accounts.erase(kBeside.to_string());
    ASSERT_TRUE(reader.look_up(kMint, kBeside));
    run(std::chrono::seconds{2});
    ASSERT_TRUE(told.at(0).second);
    EXPECT_EQ(told[0].second->beside, TokenAmount{});
    ASSERT_EQ(told[0].second->holders.size(), 2U);
    EXPECT_EQ(told[0].second->holders[0].account, fake::key_of(21));
    accounts.erase(fake::key_of(21).to_string());
    ASSERT_TRUE(reader.look_up(kMint, {}));
    run(std::chrono::seconds{2});
    EXPECT_EQ(told.at(1).second->holders.size(), 1U);
}

TEST_F(HolderReaderTest, TriesAgainAndGivesUpInTheEnd) {
    is_failing = true;
    ASSERT_TRUE(reader.look_up(kMint, {}));
    run(std::chrono::seconds{10});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_FALSE(told[0].second);
    EXPECT_EQ(reader.statistics().failed, 1U);
    EXPECT_EQ(reader.statistics().calls, 3U);
}

TEST_F(HolderReaderTest, CallsAsOftenAMinuteAsItMayAndNotOnceMore) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(reader.look_up(kMint, {}));
    }
    run(std::chrono::seconds{59});
    EXPECT_EQ(calls.size(), 4U);
    EXPECT_EQ(told.size(), 2U);
    run(std::chrono::seconds{3});
    EXPECT_EQ(calls.size(), 6U);
    EXPECT_EQ(told.size(), 3U);
}

TEST_F(HolderReaderTest, TakesAsManyAsItHasRoomForAndNotOneMore) {
    for (std::size_t i = 0; i < HolderReader::kWaitingMax; ++i) {
        ASSERT_TRUE(reader.look_up(kMint, {}));
    }
    EXPECT_FALSE(reader.look_up(kMint, {}));
    EXPECT_EQ(reader.statistics().lost, 1U);
}

// No call more: it is read with the holders.
TEST_F(HolderReaderTest, TellsWhatTheTokenCallsItselfBeforeItsHolders) {
    name(kMint, "Moon Cat");
    ASSERT_TRUE(reader.look_up(kMint, kBeside));
    run(std::chrono::seconds{2});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told_first, 0U);
    EXPECT_EQ(told[0].second->holders.size(), 2U);
    EXPECT_EQ(named, (std::vector<std::pair<Pubkey, std::string>>{{kMint, "Moon Cat"}}));
    EXPECT_EQ(reader.statistics().calls, 2U);
}

// A look for the name alone may be under way, and this must not be its end.
TEST_F(HolderReaderTest, TellsNothingOfANameThatIsNotThereWithTheHolders) {
    ASSERT_TRUE(reader.look_up(kMint, {}));
    run(std::chrono::seconds{2});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].second);
    EXPECT_TRUE(named.empty());
}

TEST_F(HolderReaderTest, TellsNoNamesOfAnotherProgramsAccountAndOfOneThatDoesNotDecode) {
    name(kMint, "Moon Cat");
    metadata_owner = kOwner;
    ASSERT_TRUE(reader.look_up(kMint, {}));
    run(std::chrono::seconds{1});
    metadata_owner = solana::kMetaplexMetadataProgram;
    name(kMint, std::string(33, 'n'));
    told.clear();
    ASSERT_TRUE(reader.look_up(kMint, {}));
    run(std::chrono::seconds{1});
    EXPECT_TRUE(named.empty());
    EXPECT_TRUE(told.at(0).second) << "the holders are read all the same";
}

class NamesReaderTest : public HolderReaderTest {
 protected:
    void run_names(Duration time) {
        const MonoTime end = reactor.now() + time;
        while (reactor.now() < end) {
            fake::run_for(reactor, std::chrono::milliseconds{100});
            wide.on_tick(reactor.now());
        }
    }
    HolderReader wide{reactor, rpc, 120, *this, *this};
};

TEST_F(NamesReaderTest, ReadsNamesOfAHundredMintsInOneCallAndTheNextInAnother) {
    for (std::uint32_t i = 0; i < 101; ++i) {
        name(fake::key_of(1'000 + i), "n" + std::to_string(i));
        ASSERT_TRUE(wide.look_up_names(fake::key_of(1'000 + i)));
    }
    run_names(std::chrono::seconds{4});
    EXPECT_EQ(named.size(), 100U);
    EXPECT_EQ(calls.size(), 1U);
    run_names(std::chrono::seconds{3});  // A tenth of 120 calls a minute: one in 5 s.
    ASSERT_EQ(named.size(), 101U);
    EXPECT_EQ(named.back().second, "n100");
    EXPECT_EQ(calls.size(), 2U);
    EXPECT_EQ(wide.statistics().named, 101U);
}

// A mint that is new may not be at every node yet.
TEST_F(NamesReaderTest, LooksThreeTimesForWhatIsNotThereAndThenSaysSoOnce) {
    ASSERT_TRUE(wide.look_up_names(kMint));
    run_names(std::chrono::seconds{9});
    EXPECT_EQ(calls.size(), 2U);
    EXPECT_TRUE(named.empty());
    run_names(std::chrono::seconds{30});
    EXPECT_EQ(calls.size(), 3U);
    EXPECT_EQ(named, (std::vector<std::pair<Pubkey, std::string>>{{kMint, "-"}}));
    EXPECT_EQ(wide.statistics().nameless, 1U);
}

// Nobody has said that it is not there.
TEST_F(NamesReaderTest, ACallWithoutAnAnswerIsNoLook) {
    name(kMint, "Moon Cat");
    is_failing = true;
    ASSERT_TRUE(wide.look_up_names(kMint));
    run_names(std::chrono::seconds{21});
    EXPECT_GE(calls.size(), 4U);
    EXPECT_TRUE(named.empty());
    is_failing = false;
    run_names(std::chrono::seconds{6});
    EXPECT_EQ(named, (std::vector<std::pair<Pubkey, std::string>>{{kMint, "Moon Cat"}}));
}

TEST_F(NamesReaderTest, GivesUpANameAfterTenCallsWithoutAnAnswer) {
    is_failing = true;
    ASSERT_TRUE(wide.look_up_names(kMint));
    run_names(std::chrono::seconds{44});
    EXPECT_EQ(calls.size(), 9U);
    EXPECT_TRUE(named.empty());
    run_names(std::chrono::seconds{60});
    EXPECT_EQ(calls.size(), 10U);
    EXPECT_EQ(named, (std::vector<std::pair<Pubkey, std::string>>{{kMint, "-"}}));
}

TEST_F(NamesReaderTest, ReadsHoldersFirst) {
    ASSERT_TRUE(wide.look_up_names(fake::key_of(1'000)));
    ASSERT_TRUE(wide.look_up(kMint, {}));
    run_names(std::chrono::milliseconds{200});
    ASSERT_FALSE(methods.empty());
    EXPECT_EQ(methods[0], "getTokenLargestAccounts");
}

TEST_F(NamesReaderTest, TakesAsManyNamesAsItHasRoomForAndNotOneMore) {
    for (std::size_t i = 0; i < HolderReader::kNamesWaitingMax; ++i) {
        ASSERT_TRUE(wide.look_up_names(kMint));
    }
    EXPECT_FALSE(wide.look_up_names(kMint));
    EXPECT_EQ(wide.statistics().lost, 1U);
}

}  // namespace
}  // namespace sniperforge::feed
