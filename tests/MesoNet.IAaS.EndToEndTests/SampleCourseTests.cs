using System.Globalization;
using System.Text.RegularExpressions;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>The sample course on a real node: what its students and its teacher see.</summary>
[Collection("one classroom")]
public sealed partial class SampleCourseTests(LocalClassroom classroom)
{
    private static readonly string[] Students = ["student01", "student02", "student03"];

    [Fact]
    public async Task Each_students_address_answers_with_JupyterLab_and_nobody_elses_token_opens_it()
    {
        foreach (var student in Students)
        {
            Assert.Contains(student, classroom.FirstUpOutput, StringComparison.Ordinal);
            var notebook = await classroom.UntilAnswersAsync(student);
            Assert.Equal(403, await notebook.StatusWithoutTokenAsync());
        }
    }

    [Fact]
    public async Task A_seats_log_lies_where_no_other_clusters_kubelet_removes_it()
    {
        await classroom.UntilAnswersAsync("student01");
        var pod = await LocalClassroom.PodAsync("student01");
        Assert.NotEmpty((await LocalClassroom.KubectlAsync("logs", "-n", "course-intro-pytorch", pod, "--tail=1")).Output.Trim());
        // A kubelet names the folder by namespace, name and uid; each kubelet removes what it does not know from the /var/log/pods that it sees.
        var search = $"course-intro-pytorch_{pod}_*";
        Assert.NotEmpty(Directory.GetDirectories(LocalClassroom.ContainerLogFolder, search));
        Assert.Empty(Directory.GetDirectories("/var/log/pods", search));
    }

    [Fact]
    public async Task A_cell_imports_torch_and_computes()
    {
        var notebook = await classroom.UntilAnswersAsync("student01");
        var printed = await notebook.RunAsync("import torch, sklearn\nx = torch.tensor(3.0, requires_grad=True)\n(x ** 2 + 2 * x).backward()\nprint(torch.__version__.split('.')[0], x.grad.item())");
        Assert.Equal("2 8.0", printed.Trim());
    }

    [Fact]
    public async Task The_sample_model_is_trained_with_the_teachers_number_of_epochs()
    {
        await classroom.UntilAnswersAsync("student01");
        var training = await LocalClassroom.InPodAsync("student01", "cd ~/intro-pytorch && python3 -m chiffres.apprentissage");
        Assert.True(training.ExitCode == 0, training.Errors);
        Assert.Contains("époque 15", training.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("époque 16", training.Output, StringComparison.Ordinal);
        var accuracy = double.Parse(Accuracy().Match(training.Output).Groups["value"].Value, CultureInfo.InvariantCulture);
        Assert.InRange(accuracy, 0.93, 1.0);
    }

    [Theory]
    [InlineData("01-tenseurs.ipynb")]
    [InlineData("02-premier-reseau.ipynb")]
    [InlineData("03-mieux-faire.ipynb")]
    public async Task Every_notebook_of_the_course_runs_from_top_to_bottom(string notebook)
    {
        await classroom.UntilAnswersAsync("student03");
        var run = await LocalClassroom.InPodAsync("student03", $"cd ~/intro-pytorch && python3 -m nbconvert --to html --execute --stdout {notebook} > /tmp/out.html");
        Assert.True(run.ExitCode == 0, run.Errors);
    }

    [Fact]
    public async Task A_students_notebook_is_a_copy_that_others_do_not_see()
    {
        var first = await classroom.UntilAnswersAsync("student01");
        var second = await classroom.UntilAnswersAsync("student02");
        const string file = "intro-pytorch/README.md";
        var before = await second.ReadFileAsync(file);
        await first.WriteFileAsync(file, "ma version");
        await first.WriteFileAsync("intro-pytorch/secret.txt", "à moi");
        Assert.Equal("ma version", await first.ReadFileAsync(file));
        Assert.Equal(before, await second.ReadFileAsync(file));
        var seen = await LocalClassroom.InPodAsync("student02", "find / -name secret.txt -not -path '/proc/*' 2>/dev/null; ls /home");
        Assert.Equal("student", seen.Output.Trim());
    }

    [Theory]
    [InlineData("/data/digits", "digits.csv")]
    [InlineData("/documents", "sujet.md")]
    public async Task Data_and_documents_can_be_read_and_not_written(string folder, string file)
    {
        await classroom.UntilAnswersAsync("student02");
        Assert.Equal(0, (await LocalClassroom.InPodAsync("student02", $"test -s {folder}/{file}")).ExitCode);
        var write = await LocalClassroom.InPodAsync("student02", $"LC_ALL=C touch {folder}/mine");
        Assert.NotEqual(0, write.ExitCode);
        Assert.Contains("Read-only file system", write.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task French_is_spoken_in_the_terminal()
    {
        await classroom.UntilAnswersAsync("student02");
        Assert.Contains("Aucun fichier", (await LocalClassroom.InPodAsync("student02", "ls /nulle-part")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_pod_comes_back_with_the_students_work()
    {
        var notebook = await classroom.UntilAnswersAsync("student02");
        await notebook.WriteFileAsync("intro-pytorch/travail.py", "x = 42\n");
        var pod = await LocalClassroom.PodAsync("student02");
        Assert.Equal(0, (await LocalClassroom.KubectlAsync("delete", "pod", "-n", "course-intro-pytorch", pod, "--grace-period=1", "--wait=true")).ExitCode);
        notebook = await classroom.UntilAnswersAsync("student02");
        Assert.Equal("x = 42\n", await notebook.ReadFileAsync("intro-pytorch/travail.py"));
    }

    [Fact]
    public async Task Kubectl_reads_well_and_explains()
    {
        await classroom.UntilAnswersAsync("student01");
        var list = "";
        // Other tests end a seat's pod now and then.
        await LocalClassroom.EventuallyAsync(
            async () => (list = (await LocalClassroom.KubectlAsync("get", "ce,seats", "-n", "course-intro-pytorch")).Output).Contains("AllSeatsReady", StringComparison.Ordinal), () => Task.FromResult(list));
        Assert.Contains("STAGE", list, StringComparison.Ordinal);
        Assert.Contains("STUDENT", list, StringComparison.Ordinal);
        var explained = (await LocalClassroom.KubectlAsync("explain", "classroomenvironment.spec.lessons")).Output;
        Assert.Contains("When the lesson begins: local time in the course's zone", explained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_that_were_asked_for_are_counted_on_the_node()
    {
        var allocatable = (await LocalClassroom.KubectlAsync("get", "node", "localhost", "-o", @"jsonpath={.status.allocatable.nvidia\.com/gpu}")).Output;
        Assert.Equal("4", allocatable.Trim());
    }

    [GeneratedRegex(@"justesse sur le test : (?<value>[0-9.]+)", RegexOptions.None, 1000)]
    private static partial Regex Accuracy();
}
