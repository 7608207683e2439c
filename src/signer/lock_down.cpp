// SPDX-License-Identifier: MIT
// What the process with the key may still ask the kernel for.
#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <vector>

#include "sniperforge/signer/remote_signer.hpp"

namespace sniperforge::signer {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;
#endif

// The run time of a sanitizer asks for more than a signer may.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsInstrumented = true;
#elif defined(__has_feature)
constexpr bool kIsInstrumented = __has_feature(address_sanitizer) ||
                                 __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer);
#else
constexpr bool kIsInstrumented = false;
#endif

// A program of the kernel's old packet filter: it sees the number of the call and its arguments.
class Filter {
 public:
    Filter() {
        load(offsetof(seccomp_data, arch));
        unless_equal(kArchitecture, SECCOMP_RET_KILL_PROCESS);
        load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
        constexpr std::uint32_t kX32 = 0x40000000;  // The other numbering on the same machine.
        add(BPF_JMP | BPF_JGE | BPF_K, kX32, 0, 1);
        give(SECCOMP_RET_KILL_PROCESS);
#endif
    }

    void allow(long number) {
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1);
        give(SECCOMP_RET_ALLOW);
    }
    // Where argument `index` is `value`, as the kernel reads a descriptor: its lower half.
    void allow_with(long number, std::size_t index, std::uint32_t value) {
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 4);
        load(argument(index));
        add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
        give(SECCOMP_RET_ALLOW);
        give(SECCOMP_RET_KILL_PROCESS);
    }
    // Where argument `index` has none of the bits.
    void allow_without(long number, std::size_t index, std::uint32_t bits) {
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 4);
        load(argument(index));
        add(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0);
        give(SECCOMP_RET_ALLOW);
        give(SECCOMP_RET_KILL_PROCESS);
    }
    [[nodiscard]] bool install() {
        give(SECCOMP_RET_KILL_PROCESS);
        const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
        return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
               ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
    }

 private:
    [[nodiscard]] static std::size_t argument(std::size_t index) {
        return offsetof(seccomp_data, args) + index * sizeof(std::uint64_t);
    }
    void add(unsigned code, std::uint32_t value, std::uint8_t if_true, std::uint8_t if_false) {
        code_.push_back({static_cast<std::uint16_t>(code), if_true, if_false, value});
    }
    void load(std::size_t offset) {
        add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset), 0, 0);
    }
    void give(std::uint32_t verdict) { add(BPF_RET | BPF_K, verdict, 0, 0); }
    void unless_equal(std::uint32_t value, std::uint32_t verdict) {
        add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
        give(verdict);
    }

    std::vector<sock_filter> code_;
};

}  // namespace

Result<void> lock_down(int fd) {
    if (kArchitecture == 0) {
        return fail("limiting the calls of the process with the key: not known for this machine");
    }
    if (kIsInstrumented) {
        return fail("limiting the calls of the process with the key: not in a sanitizer's build");
    }
    const auto socket = static_cast<std::uint32_t>(fd);
    Filter filter;
    filter.allow_with(SYS_recvfrom, 0, socket);
    filter.allow_with(SYS_sendto, 0, socket);
    // The clock is read without a call where the kernel can.
    filter.allow(SYS_clock_gettime);
    // What malloc asks for. Nothing of it can be executed.
    filter.allow_without(SYS_mmap, 2, PROT_EXEC);
    filter.allow_without(SYS_mprotect, 2, PROT_EXEC);
    for (const long number :
         {SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_futex, SYS_getrandom, SYS_rt_sigreturn,
          SYS_restart_syscall, SYS_munlock, SYS_exit, SYS_exit_group}) {
        filter.allow(number);
    }
    if (!filter.install()) {
        return fail(fmt::format("limiting the calls of the process with the key: {}",
                                std::strerror(errno)));
    }
    return {};
}

}  // namespace sniperforge::signer
