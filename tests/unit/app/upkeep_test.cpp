// SPDX-License-Identifier: MIT
#include "app/upkeep.hpp"

#include <gtest/gtest.h>

#include "app/table_upkeep.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

using sniperforge::test::key_of;

[[nodiscard]] std::optional<rpc::AccountData> told_account() {
    return rpc::AccountData{key_of(1), solana::kAddressLookupTableProgram, Lamports{7}, false,
                            Bytes{1, 2, 3}};
}

TEST(Upkeep, TellsHowTwoEndpointsDifferAboutAnAccount) {
    EXPECT_EQ(upkept_difference(std::nullopt, std::nullopt), "");
    EXPECT_EQ(upkept_difference(told_account(), told_account()), "");
    EXPECT_EQ(upkept_difference(told_account(), std::nullopt),
              "one endpoint has it, the second does not");
    EXPECT_EQ(upkept_difference(std::nullopt, told_account()),
              "one endpoint has it, the first does not");
    auto other = told_account();
    other->lamports = Lamports{8};
    EXPECT_EQ(upkept_difference(told_account(), other),
              "it has 7 lamports on one endpoint, 8 on the other");
    other = told_account();
    other->data[1] = 9;
    EXPECT_EQ(upkept_difference(told_account(), other),
              "two endpoints differ from byte 1 on (3 and 3 bytes)");
    other = told_account();
    other->data.push_back(4);
    EXPECT_EQ(upkept_difference(told_account(), other),
              "two endpoints differ from byte 3 on (3 and 4 bytes)");
    other = told_account();
    other->owner = solana::kSystemProgram;
    EXPECT_TRUE(upkept_difference(told_account(), other).starts_with("it belongs to "));
}

TEST(Upkeep, SaysWhatWasPaidAndWhatCameBackToTheLamport) {
    UpkeepDone done{signer::UpkeepKind::TableClose, key_of(1), {}, {}};
    done.fill.base_fee = Lamports{5'000};
    done.fill.priority_fee = Lamports{1'000};
    EXPECT_EQ(upkeep_line(done).find("rent"), std::string::npos);
    done.fill.rent_refunded = Lamports{5'289'600};
    EXPECT_NE(upkeep_line(done).find("fees 0.000006 SOL, rent 0.0052896 SOL (5289600 lamports) "
                                     "returned"),
              std::string::npos);
    EXPECT_NE(
        upkeep_json({done}).find(R"("fees":"6000","rent_paid":"0","rent_refunded":"5289600")"),
        std::string::npos);
}

TEST(Upkeep, SaysHowMuchWasDoneBeforeItEndedEarly) {
    EXPECT_EQ(done_before({}), "");
    EXPECT_EQ(done_before({{}, {}}), "; done before that, told above, and in the journal: 2");
}

// One transaction fills one table: rooms do not add up.
TEST(Upkeep, CountsATransactionForEachTableThatTakesAPart) {
    const auto with_room = [](std::size_t room) {
        TableView view;
        view.is_ours = true;
        view.account.emplace();
        view.account->addresses.resize(solana::kLookupTableAddressesMax - room);
        return view;
    };
    TablesReading reading;
    reading.tables = {with_room(10), with_room(10)};
    reading.missing.resize(10);
    EXPECT_EQ(cost_of_missing(reading, {}).transactions, 1U);
    reading.missing.resize(20);
    EXPECT_EQ(cost_of_missing(reading, {}).transactions, 2U);
    EXPECT_EQ(cost_of_missing(reading, {}).rent,
              Lamports{20 * Pubkey::kSize * signer::kRentPerByteMax.raw()});
    reading.missing.resize(21);  // A table more, and its first address.
    EXPECT_EQ(cost_of_missing(reading, {}).transactions, 4U);
}

}  // namespace
}  // namespace sniperforge::app
