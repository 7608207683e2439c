// SPDX-License-Identifier: MIT
// Player: the other side of a replayed pipeline's edges. It is called as the recorded one was, and
// answered from the frame at hand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "recording/frame.hpp"
#include "recording/replay_stages.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/journal/decision_digest.hpp"

namespace sniperforge::recording {

class Player final : public Answers {
 public:
    // The result outlives it.
    Player(const config::Settings& settings, ReplayResult& result);

    void play(Frame& frame);
    // Somebody else's record: it is in the digest, and compared with nothing.
    void add(const Beside& beside);
    [[nodiscard]] bool is_over() const { return result_.difference || !problem_.empty(); }
    // The arguments of a call are not what they must be.
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] std::string sha256() const { return digest_.text(); }

    // ---- Answers ----
    [[nodiscard]] MonoTime mono() override;
    [[nodiscard]] WallTime wall() override;
    [[nodiscard]] std::uint64_t number(Kind kind) override;
    [[nodiscard]] execute::Offer offer() override;
    [[nodiscard]] std::vector<Pubkey> nonces_due() override;
    [[nodiscard]] std::span<const dex::SwapOutstanding> own_swaps() override;
    [[nodiscard]] bool decide(const engine::RecorderItem& item) override;
    void called(Op op) override;

 private:
    // A frame that is being played.
    struct Level {
        Frame* frame = nullptr;
        std::array<std::uint32_t, kOps> count{};
    };
    void dispatch(const Frame& frame);
    void tell_orders(const Frame& frame);
    void tell_books(const Frame& frame);
    void tell_settings(const Frame& frame);
    void tell_update(const Frame& frame);
    // Calls with the arguments, if they are what the frame has.
    template <typename... Args, typename Tell>
    void with(const Frame& frame, const Tell& tell);
    void differ(const Decision* recorded, const Decision* replayed);
    void find_left(const Frame& frame);
    [[nodiscard]] Frame& frame() { return *levels_.back().frame; }

    config::Settings settings_;  // As they were reloaded last.
    ReplayResult& result_;
    std::vector<Level> levels_;
    journal::DecisionDigest digest_;
    std::string problem_;
    Slot slot_;
    // What was answered last.
    MonoTime mono_;
    WallTime wall_;
    execute::Offer offer_;
    std::vector<dex::SwapOutstanding> swaps_;
    std::array<std::uint64_t, static_cast<std::size_t>(Kind::AnswerLast) + 1> numbers_{};

    ReplayedStages stages_{*this};
    engine::Pipeline pipeline_;
};

}  // namespace sniperforge::recording
