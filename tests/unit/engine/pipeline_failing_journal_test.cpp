// SPDX-License-Identifier: MIT
// Orders of a person whose records the journal does not take.
#include "unit/engine/pipeline_commands_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace commanded;

// Takes as many records as it is told, and then has failed.
struct FailingKeeper final : RecordKeeper {
    bool record(RecorderItem /*item*/, WallTime /*at*/) override {
        const bool is_taken = left > 0;
        left -= is_taken ? 1 : 0;
        is_lost = is_lost || !is_taken;
        return is_taken;
    }
    bool record_signed(const OrderIntent& /*intent*/, const OrderSigned& /*order*/,
                       WallTime /*at*/) override {
        return false;
    }
    [[nodiscard]] bool is_pressed() const override { return false; }
    [[nodiscard]] bool has_failed() const override { return is_lost; }
    void write_waiting() override {}
    std::size_t left = 1'000;
    bool is_lost = false;
};

class PipelineFailingJournalTest : public test::PipelineTest {
 protected:
    PipelineFailingJournalTest() {
        connect_to(keeper);
        pipeline->start({Lamports{10 * kLamportsPerSol}, {}}, Hash{});
        tell_sol_price();
        tell(FeedRestored{"a"});
    }
    [[nodiscard]] bool stands(StateCause cause) const {
        const auto standing = pipeline->standing();
        return std::ranges::find(standing, cause, &StandingCause::cause) != standing.end();
    }
    FailingKeeper keeper;
};

TEST_F(PipelineFailingJournalTest, APauseAndAFlatteningAreDoneAndSaidToEndWithTheProcess) {
    keeper.left = 0;
    const auto paused = pipeline->obey(kPause);
    EXPECT_TRUE(paused.is_changed);
    EXPECT_FALSE(paused.is_journalled);
    EXPECT_TRUE(paused.refused.empty());
    EXPECT_EQ(paused.after, TradingState::Reducing);
    const auto flattened = pipeline->obey(kFlatten);
    EXPECT_TRUE(flattened.is_changed);
    EXPECT_FALSE(flattened.is_journalled);
    EXPECT_TRUE(stands(StateCause::PauseRequested) && stands(StateCause::FlattenRequested));
    EXPECT_NE(pipeline->recheck(OrderIntent{}), std::nullopt);
}

TEST_F(PipelineFailingJournalTest, AResumeIsRefusedAndChangesNothing) {
    ASSERT_TRUE(pipeline->obey(kPause).is_journalled);
    keeper.left = 0;
    for (int attempt = 0; attempt < 2; ++attempt) {  // It fails with this record, and had failed.
        const auto answer = pipeline->obey(kResume);
        EXPECT_NE(answer.refused.find("\"trading is paused\" stands"), std::string::npos)
            << answer.refused;
        EXPECT_FALSE(answer.is_changed || answer.is_journalled);
        EXPECT_EQ(answer.after, TradingState::Reducing);
        EXPECT_TRUE(stands(StateCause::PauseRequested));
    }
}

TEST_F(PipelineFailingJournalTest, AResumeOfWhichHalfIsTakenKeepsTheOtherHalf) {
    (void)pipeline->obey(kPause);
    (void)pipeline->obey(kFlatten);
    keeper.left = 1;
    const auto answer = pipeline->obey(kResume);
    EXPECT_FALSE(answer.refused.empty());
    EXPECT_FALSE(stands(StateCause::PauseRequested)) << "that is in the journal";
    EXPECT_TRUE(stands(StateCause::FlattenRequested));
}

}  // namespace
}  // namespace sniperforge::engine
