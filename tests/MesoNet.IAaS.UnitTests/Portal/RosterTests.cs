using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Portal.Rosters;

namespace MesoNet.IAaS.UnitTests.Portal;

public sealed partial class RosterTests
{
    public static TheoryData<string> Cases => TextCase.Names("cases-of-rosters");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_roster_is_read_as_the_case_expects(string name)
    {
        var @case = new TextCase("cases-of-rosters", name);
        var roster = RosterText.Read(@case.Given("roster.csv"));
        @case.AssertExpected(KubernetesYaml.Write(new
        {
            loginColumn = roster.LoginColumn ?? "",
            students = roster.Students.Select(student => student.Group is null ? student.Login : $"{student.Login} in {student.Group}").ToArray(),
            problems = roster.Problems.Select(problem => new { line = problem.Line ?? 0, french = problem.Sentence.French, english = problem.Sentence.English }).ToArray(),
        }));
    }

    [Fact]
    public void Five_thousand_students_are_read()
    {
        var roster = RosterText.Read(string.Join('\n', Enumerable.Range(0, 5000).Select(number => $"student{number:0000} {"ABCDE"[number % 5]}")));
        Assert.Empty(roster.Problems);
        Assert.Equal(5000, roster.Students.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Username,Group\n")]
    public void Ten_thousand_lines_are_refused_in_one_sentence(string titles)
    {
        var roster = RosterText.Read(titles + string.Join('\n', Enumerable.Range(0, 10_000).Select(number => $"student{number:00000},A")));
        Assert.Contains("10000 lines, and a course has at most 5000 students", Assert.Single(roster.Problems).Sentence.English, StringComparison.Ordinal);
        Assert.Empty(roster.Students);
    }

    [Fact]
    public void Ten_thousand_wrong_lines_are_told_in_a_few_sentences()
    {
        var roster = RosterText.Read(string.Join('\n', Enumerable.Range(0, 4999).Select(number => $"a/{number}")));
        Assert.Equal(21, roster.Problems.Count);
        Assert.Equal("4979 other lines must be corrected.", roster.Problems[^1].Sentence.English);
    }

    [Fact]
    public void A_text_without_an_end_is_refused() =>
        Assert.Contains("too long", Assert.Single(RosterText.Read(new string('a', 5_000_000)).Problems).Sentence.English, StringComparison.Ordinal);

    [Fact]
    public void A_line_without_an_end_is_refused() =>
        Assert.Contains("2000000 characters", Assert.Single(RosterText.Read(new string('a', 2_000_000)).Problems).Sentence.English, StringComparison.Ordinal);

    [Fact]
    public void Nothing_of_a_person_is_kept_but_the_login_and_the_group()
    {
        var roster = RosterText.Read("Prénom,Nom,Username,Adresse de courriel,Groupe\nÉlodie,Müller,em1,elodie@univ.example,A\n");
        var kept = KubernetesYaml.Write(new { students = roster.Students });
        Assert.Equal("students:\n- login: em1\n  group: A\n", kept);
    }

    [Fact]
    public void Every_student_of_any_text_obeys_the_resource_and_none_is_there_twice() => Prop.ForAll<string?, int>((text, seed) =>
    {
        var random = new System.Random(seed);
        string[] pieces = ["student", "01", "login", "é", " ", ",", ";", "\t", "\n", "\"", "/", "A", "Nom", "Username", "\u00a0", "=1+1", "\u200b", "Groupe"];
        var mixed = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => pieces[random.Next(pieces.Length)])) + text;
        var roster = RosterText.Read(mixed);
        return roster.Students.All(student => Login().IsMatch(student.Login) && student.Login.Length <= 200 && student.Group is not { Length: 0 or > 63 })
            && roster.Students.Select(student => student.Login.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Count() == roster.Students.Count
            && (roster.Students.Count > 0 || roster.Problems.Count > 0);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void What_was_read_is_read_again_from_its_own_lines() => Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        var students = Enumerable.Range(0, random.Next(1, 40)).Select(number => (Login: $"étu.{number}@x", Group: random.Next(3) == 0 ? null : $"TP {random.Next(3)}")).ToList();
        var (separator, end) = (new[] { " ", "\t", ";", ", " }[random.Next(4)], new[] { "\n", "\r\n", "\r" }[random.Next(3)]);
        var text = string.Join(end, students.Select(student => student.Group is null ? student.Login : $"{student.Login}{separator}{student.Group}"));
        return RosterText.Read(Encoding.UTF8.GetBytes(text)).Students.Select(student => (student.Login, student.Group)).SequenceEqual(students);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Random_bytes_get_a_sentence_or_a_roster_and_never_an_error() => Prop.ForAll<byte[]>(bytes =>
    {
        var roster = RosterText.Read(bytes);
        return roster.Students.Count > 0 || roster.Problems.All(problem => problem.Sentence.French.Length > 0 && problem.Sentence.English.Length > 0);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [GeneratedRegex(@"^[^\s/]+$", RegexOptions.None, 1000)]
    private static partial Regex Login();
}
