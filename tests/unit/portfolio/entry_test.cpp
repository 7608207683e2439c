// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/entry.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace sniperforge::portfolio {
namespace {

TEST(Entry, IsMadeOfPostingsThatSumToZeroAlone) {
    const std::vector<Posting> balanced{
        {Account::Wallet, -105}, {Account::Tip, 5}, {Account::Swapped, 100}};
    const auto entry = Entry::of(balanced);
    ASSERT_TRUE(entry);
    ASSERT_EQ(entry->postings().size(), 3U);
    EXPECT_EQ(entry->postings()[2].account, Account::Swapped);
    EXPECT_TRUE(Entry::of({}));
    for (const int tip : {4, 6}) {
        const auto refused =
            Entry::of(std::vector<Posting>{{Account::Wallet, -5}, {Account::Tip, tip}});
        ASSERT_FALSE(refused);
        // Both sums, and what they are of.
        EXPECT_NE(refused.error().text.find(std::to_string(tip) + " went in and 5 came out"),
                  std::string::npos)
            << refused.error().text;
        EXPECT_NE(refused.error().text.find("wallet -5, tip " + std::to_string(tip)),
                  std::string::npos)
            << refused.error().text;
    }
}

// Sums beyond 64 bits are sums all the same: supplies are a stranger's choice.
TEST(Entry, BalancesTheLargestAmounts) {
    const i128 most = static_cast<i128>(kU64Max) * 1'000;
    EXPECT_TRUE(
        Entry::of(std::vector<Posting>{{Account::Wallet, most}, {Account::Opening, -most}}));
    EXPECT_FALSE(
        Entry::of(std::vector<Posting>{{Account::Wallet, most}, {Account::Opening, 1 - most}}));
}

TEST(Entry, HasAsManyPostingsAsThereAreAccountsAndNotOneMore) {
    std::vector<Posting> postings(Entry::kPostingsMax);
    EXPECT_TRUE(Entry::of(postings));
    postings.emplace_back();
    EXPECT_FALSE(Entry::of(postings));
}

TEST(Entry, NamesEveryAccountOnce) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kAccountCount; ++i) {
        names.insert(to_string(static_cast<Account>(i)));
    }
    EXPECT_EQ(names.size(), kAccountCount);
    EXPECT_FALSE(names.contains("unknown"));
    EXPECT_EQ(to_string(static_cast<Account>(kAccountCount)), "unknown");
}

}  // namespace
}  // namespace sniperforge::portfolio
