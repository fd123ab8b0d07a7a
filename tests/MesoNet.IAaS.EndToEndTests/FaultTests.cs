using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>Things that go wrong on a real node, and whether the teacher is told what to change.</summary>
[Collection("one classroom")]
public sealed class FaultTests
{
    public FaultTests(LocalClassroom classroom) => ArgumentNullException.ThrowIfNull(classroom);

    private const string GoodImage = "localhost/mesonet/pytorch:2.6";
    private const string GoodRepository = "git://git.mesonet.test/intro-pytorch.git";

    [Fact]
    public Task A_repository_that_does_not_exist_is_told() =>
        IsToldAndMendedAsync("no-repository", GoodImage, "git://git.mesonet.test/nothing.git", "main", "There is no git repository at git://git.mesonet.test/nothing.git");

    [Fact]
    public Task A_branch_that_does_not_exist_is_told() =>
        IsToldAndMendedAsync("no-branch", GoodImage, GoodRepository, "printemps", "has no branch, tag or commit \"printemps\"");

    [Fact]
    public Task A_commit_that_does_not_exist_is_told() =>
        IsToldAndMendedAsync("no-commit", GoodImage, GoodRepository, "0123456789abcdef0123456789abcdef01234567", "has no branch, tag or commit \"0123456789abcdef0123456789abcdef01234567\"");

    [Fact]
    public Task An_image_that_cannot_be_pulled_is_told() =>
        IsToldAndMendedAsync("no-image", "localhost/mesonet/nothing:1", GoodRepository, "main", "The image \"localhost/mesonet/nothing:1\" cannot be pulled.");

    private static async Task IsToldAndMendedAsync(string name, string image, string repository, string reference, string sentence)
    {
        await ApplyAsync(name, image, repository, reference);
        await LocalClassroom.EventuallyAsync(
            async () => (await ReadyMessageAsync(name)).Contains(sentence, StringComparison.Ordinal),
            async () => (await LocalClassroom.KubectlAsync("describe", "ce", "-n", $"course-{name}")).Output);
        // The Event comes after the status.
        await LocalClassroom.EventuallyAsync(async () => (await EventsAsync(name)).Contains(sentence, StringComparison.Ordinal), () => EventsAsync(name));
        await ApplyAsync(name, GoodImage, GoodRepository, "main");
        await LocalClassroom.EventuallyAsync(
            async () => (await LocalClassroom.KubectlAsync("get", "ce", name, "-n", $"course-{name}", "-o", "jsonpath={.status.ready}")).Output.Trim() == "1/1",
            async () => (await LocalClassroom.KubectlAsync("describe", "ce,pods,jobs", "-n", $"course-{name}")).Output);
        await LocalClassroom.KubectlAsync("delete", "ce", name, "-n", $"course-{name}", "--wait=true");
    }

    private static async Task<string> EventsAsync(string name) => (await LocalClassroom.KubectlAsync("get", "events", "-n", $"course-{name}")).Output;

    private static async Task<string> ReadyMessageAsync(string name) =>
        (await LocalClassroom.KubectlAsync("get", "ce", name, "-n", $"course-{name}", "-o", "jsonpath={.status.conditions[?(@.type==\"Ready\")].message}")).Output;

    private static async Task ApplyAsync(string name, string image, string repository, string reference)
    {
        var manifests = $$$"""
            apiVersion: v1
            kind: Namespace
            metadata: {name: course-{{{name}}}}
            ---
            apiVersion: mesonet.fr/v1alpha1
            kind: CourseTemplate
            metadata: {name: {{{name}}}}
            spec:
              title: {{{name}}}
              image: {{{image}}}
              code: {repository: "{{{repository}}}", ref: "{{{reference}}}"}
              resources: {lesson: {cpu: 50m, memory: 500Mi} }
            ---
            apiVersion: mesonet.fr/v1alpha1
            kind: ClassroomEnvironment
            metadata: {name: {{{name}}}, namespace: course-{{{name}}}}
            spec: {template: {name: {{{name}}}}, students: [{login: student01}] }
            """;
        _ = KubernetesYaml.ReadDocuments(manifests);
        await LocalClassroom.ApplyAsync(manifests);
    }
}
