// SPDX-License-Identifier: MIT
#include "net/timer_heap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sniperforge/core/rng.hpp"

namespace sniperforge::net {
namespace {

TEST(TimerHeap, FiresByTimeAndThenInTheOrderOfAdding) {
    TimerHeap heap;
    std::vector<int> fired;
    const std::vector<std::int64_t> times{5, 3, 5, 1, 3, 5};
    for (std::size_t i = 0; i < times.size(); ++i) {
        heap.add(MonoTime{times[i]}, [&fired, i] { fired.push_back(static_cast<int>(i)); });
    }
    while (Task task = heap.take_due(MonoTime{5}, heap.next_sequence())) {
        task();
    }
    EXPECT_EQ(fired, (std::vector<int>{3, 1, 4, 0, 2, 5}));
    EXPECT_TRUE(heap.is_empty());
}

TEST(TimerHeap, TakesWhatIsDueNowAndNotOneNanosecondLater) {
    TimerHeap heap;
    heap.add(MonoTime{10}, [] {});
    EXPECT_FALSE(heap.take_due(MonoTime{9}, heap.next_sequence()));
    EXPECT_TRUE(heap.take_due(MonoTime{10}, heap.next_sequence()));
}

TEST(TimerHeap, LeavesTimersOfTheNextRoundAlone) {
    TimerHeap heap;
    heap.add(MonoTime{1}, [] {});
    const auto round_end = heap.next_sequence();
    heap.add(MonoTime{1}, [] {});
    EXPECT_TRUE(heap.take_due(MonoTime{1}, round_end));
    EXPECT_FALSE(heap.take_due(MonoTime{1}, round_end));
    EXPECT_EQ(heap.size(), 1U);
}

TEST(TimerHeap, CancellingFiredUnknownAndZeroTimersIsHarmless) {
    TimerHeap heap;
    heap.cancel(0);
    heap.cancel(12345);
    const TimerId first = heap.add(MonoTime{1}, [] {});
    (void)heap.take_due(MonoTime{1}, heap.next_sequence());
    const TimerId second = heap.add(MonoTime{1}, [] {});  // In the slot that `first` had.
    heap.cancel(first);
    EXPECT_EQ(heap.size(), 1U);
    heap.cancel(second);
    EXPECT_TRUE(heap.is_empty());
    heap.cancel(second);
}

TEST(TimerHeap, ATaskThatIsDestroyedByCancelMayUseTheHeap) {
    TimerHeap heap;
    struct Adder {
        TimerHeap* heap;
        ~Adder() {
            heap->add(MonoTime{7}, [] {});
        }
    };
    const TimerId timer = heap.add(MonoTime{1}, [adder = std::make_unique<Adder>(&heap)] {});
    heap.cancel(timer);
    EXPECT_EQ(heap.size(), 1U);
    EXPECT_EQ(heap.earliest_at(), MonoTime{7});
}

// Against the plainest model: a sorted list.
TEST(TimerHeap, AgreesWithASortedListUnderRandomUse) {
    TimerHeap heap;
    struct Entry {
        std::int64_t at;
        int value;
        TimerId id;
    };
    std::vector<Entry> model;
    std::vector<int> fired;
    Rng rng{7};
    for (int step = 0; step < 20'000; ++step) {
        const auto action = rng.below(3);
        if (action == 0 || model.empty()) {
            const auto at = static_cast<std::int64_t>(rng.below(50));
            const TimerId id = heap.add(MonoTime{at}, [&fired, step] { fired.push_back(step); });
            model.push_back({at, step, id});
        } else if (action == 1) {
            const auto index = static_cast<std::ptrdiff_t>(rng.below(model.size()));
            heap.cancel((model.begin() + index)->id);
            model.erase(model.begin() + index);
        } else {
            const auto earliest =
                std::ranges::min_element(model, [](const Entry& a, const Entry& b) {
                    return a.at != b.at ? a.at < b.at : a.value < b.value;
                });
            Task task = heap.take_due(MonoTime{50}, heap.next_sequence());
            ASSERT_TRUE(task);
            task();
            ASSERT_EQ(fired.back(), earliest->value);
            model.erase(earliest);
        }
        ASSERT_EQ(heap.size(), model.size());
    }
}

}  // namespace
}  // namespace sniperforge::net
