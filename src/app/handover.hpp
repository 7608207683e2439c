// SPDX-License-Identifier: MIT
// Handover: one question at a time from the control thread to the loop, which answers when it looks
// next. The loop never waits.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <semaphore>
#include <utility>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

template <typename Question, typename Answer>
class Handover {
 public:
    // `wake` must only post. The loop is given so long to look.
    Handover(std::function<void()> wake, Duration patience)
        : wake_{std::move(wake)}, patience_{patience} {}

    // Control thread. Waits. An error: the loop did not look, and nothing was changed.
    [[nodiscard]] Result<Answer> ask(const Question& question) {
        question_ = &question;
        phase_.store(Phase::Offered, std::memory_order_release);
        wake_();
        if (!answered_.try_acquire_for(patience_)) {
            Phase expected = Phase::Offered;
            if (phase_.compare_exchange_strong(expected, Phase::None)) {
                return fail(fmt::format(
                    "the loop did not look at it within {} ms, and nothing was changed; try again",
                    std::chrono::duration_cast<std::chrono::milliseconds>(patience_).count()));
            }
            answered_.acquire();  // It has begun: it ends.
        }
        phase_.store(Phase::None, std::memory_order_relaxed);
        return Result<Answer>{std::in_place, std::move(answer_)};
    }

    // Loop thread: a question that waits, or null. Who takes one must answer it: whoever asked
    // waits until then.
    [[nodiscard]] const Question* take() {
        Phase expected = Phase::Offered;
        const bool is_taken =
            phase_.compare_exchange_strong(expected, Phase::Taken, std::memory_order_acquire);
        return is_taken ? question_ : nullptr;
    }
    void answer(Answer answer) {
        answer_ = std::move(answer);
        answered_.release();
    }
    // Both at once.
    template <typename Reply>
    void serve(const Reply& reply) {
        if (const Question* const question = take()) {
            answer(reply(*question));
        }
    }

 private:
    enum class Phase : std::uint8_t { None, Offered, Taken };

    std::function<void()> wake_;
    Duration patience_;
    // The control thread's, but the loop's while Taken.
    const Question* question_ = nullptr;
    Answer answer_{};
    std::atomic<Phase> phase_{Phase::None};
    std::binary_semaphore answered_{0};
};

}  // namespace sniperforge::app
