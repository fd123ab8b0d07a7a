using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.UnitTests.Planning;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>Every rule that a form can break is told in French, in words of the form.</summary>
public sealed class RuleSentencesTests
{
    private static readonly Lesson Valid = new() { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T17:00", HandInUntil = "2026-11-27T23:59" };

    private static readonly Dictionary<string, Func<ClassroomEnvironmentSpec, ClassroomEnvironmentSpec>> Broken = new(StringComparer.Ordinal)
    {
        ["Le modèle « nope » n’existe pas (ou plus). Choisissez-en un dans la liste."] = spec => spec with { Template = new() { Name = "nope" } },
        ["Le modèle « template » n’a pas de paramètre « lr ». Laissez-le de côté."] =
            spec => spec with { Template = new() { Name = "template", Parameters = new Dictionary<string, string> { ["lr"] = "1" } } },
        ["L’identifiant « a » est 2 fois dans la liste (majuscules et minuscules ne comptent pas). Gardez-en un."] = spec => spec with { Students = [new() { Login = "a" }, new() { Login = "A" }] },
        ["« Europe/Reims » n’est pas un fuseau horaire. Écrivez un nom comme Europe/Paris."] = spec => spec with { TimeZone = "Europe/Reims" },
        ["30/02/2027 n’est pas une date du calendrier. Corrigez-la."] = spec => spec with { Validity = new() { Until = "2027-02-30" } },
        ["Le dernier jour (01/11/2026) est avant le premier (02/11/2026). Échangez-les ou corrigez-les."] = spec => spec with { Validity = new() { From = "2026-11-02", Until = "2026-11-01" } },
        ["La séance « tp1 » a l’heure « 14 h », qui n’en est pas une. Corrigez-la."] = spec => spec with { Lessons = [Valid with { Start = "14 h" }] },
        ["La séance « tp1 » a l’heure 29/03/2026 02:30, qui n’existe pas : Europe/Paris passe alors à l’heure d’été. Choisissez-en une autre."] = spec => spec with { Lessons = [Valid with { Start = "2026-03-29T02:30" }] },
        ["La séance « tp1 » finit (23/11/2026 13:00) avant de commencer (23/11/2026 14:00). Corrigez le début ou la fin."] = spec => spec with { Lessons = [Valid with { End = "2026-11-23T13:00" }] },
        ["Le rendu de la séance « tp1 » (22/11/2026 23:59) est avant sa fin (23/11/2026 17:00). Corrigez l’un des deux."] = spec => spec with { Lessons = [Valid with { HandInUntil = "2026-11-22T23:59" }] },
        ["La séance « tp1 » commence (23/11/2026 14:00) avant le premier jour d’accès des étudiants (24/11/2026). Déplacez la séance, ou ce jour."] =
            spec => spec with { Lessons = [Valid], Validity = new() { From = "2026-11-24" } },
        ["La séance « tp1 » finit (23/11/2026 17:00) après le dernier jour d’accès des étudiants (22/11/2026). Déplacez la séance, ou ce jour."] =
            spec => spec with { Lessons = [Valid], Validity = new() { Until = "2026-11-22" } },
        ["Le rendu de la séance « tp1 » (27/11/2026 23:59) est après le dernier jour d’accès des étudiants (26/11/2026). Déplacez l’un des deux."] =
            spec => spec with { Lessons = [Valid], Validity = new() { Until = "2026-11-26" } },
        ["Les séances « tp1 » (23/11/2026 14:00 à 23/11/2026 17:00) et « tp2 » (23/11/2026 16:00 à 23/11/2026 18:00) se chevauchent, et tous les étudiants auraient les deux. Déplacez l’une, ou donnez-leur des groupes différents."] =
            spec => spec with { Lessons = [Valid, Valid with { Name = "tp2", Start = "2026-11-23T16:00", End = "2026-11-23T18:00" }] },
        ["Les séances « tp1 » (23/11/2026 14:00 à 23/11/2026 17:00) et « tp2 » (23/11/2026 16:00 à 23/11/2026 18:00) se chevauchent, et le groupe A aurait les deux. Déplacez l’une, ou donnez-leur des groupes différents."] =
            spec => spec with { Lessons = [Valid with { Groups = ["A"] }, Valid with { Name = "tp2", Start = "2026-11-23T16:00", End = "2026-11-23T18:00", Groups = ["A", "B"] }] },
        ["La taille 0 est trop petite. Écrivez une taille au-dessus de zéro, comme 20Gi."] = spec => spec with { Storage = new() { Size = "0" } },
    };

    public static TheoryData<string> Sentences => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Sentences))]
    public void A_broken_rule_is_told_in_the_words_of_the_form(string french)
    {
        var world = TestCourse.World("student01");
        world.Change(Broken[french]);
        var observed = world.Observe();
        AssertTold(french, SpecificationRules.Check(observed.Environment!, observed));
    }

    [Fact]
    public void A_template_that_cannot_be_used_is_told()
    {
        var device = TestCourse.Template() with { Spec = TestCourse.Template().Spec with { Resources = new() { Lesson = new() { Cpu = "1", Memory = "1Gi", Devices = new Dictionary<string, Quantity> { ["gpu"] = "1" } } } } };
        AssertTold("Le modèle « template » nomme la carte « gpu », qui n’est pas une ressource comme nvidia.com/gpu. Choisissez un autre modèle, ou prévenez l’administrateur.", Check(device, TestCourse.Dataset()));
        AssertTold("Le modèle « template » a un dossier de documents, mais pas de code dont il ferait partie. Choisissez un autre modèle, ou prévenez l’administrateur.",
            Check(TestCourse.Template() with { Spec = TestCourse.Template().Spec with { Code = null } }, TestCourse.Dataset()));
        AssertTold("Le modèle « template » ne dit pas quels sont ses documents. Choisissez un autre modèle, ou prévenez l’administrateur.",
            Check(TestCourse.Template() with { Spec = TestCourse.Template().Spec with { Documents = new() } }, TestCourse.Dataset()));
        AssertTold("Le modèle « template » a besoin du jeu de données « digits », qui n’existe pas. Choisissez un autre modèle, ou prévenez l’administrateur.", Check(TestCourse.Template()));
        AssertTold("Le jeu de données « digits » ne dit pas où sont ses données. Choisissez un autre modèle, ou prévenez l’administrateur.",
            Check(TestCourse.Template(), TestCourse.Dataset() with { Spec = new() { Title = "Digits" } }));
        AssertTold("Le jeu de données « digits » est encore en préparation ; le cours l’attend, puis continue de lui-même.",
            Check(TestCourse.Template(), TestCourse.Dataset() with { Spec = new() { Title = "Digits", Source = new() } }));
    }

    [Fact]
    public void A_template_whose_image_the_site_does_not_allow_is_told()
    {
        var environment = TestCourse.Environment("student01");
        var observed = new ObservedEnvironment
        {
            Key = environment.Key, Environment = environment, Templates = [TestCourse.Template()], Datasets = [TestCourse.Dataset()], Platforms = PlatformCatalogue.BuiltIn with { AllowedImages = ["registry.site.test/"] },
        };
        AssertTold("Le modèle « template » nomme l’image « image:1 », que ce site n’autorise pas. Choisissez un autre modèle, ou prévenez l’administrateur.", SpecificationRules.Check(environment, observed));
    }

    [Fact]
    public void A_sentence_that_is_not_known_is_shown_as_it_is() =>
        Assert.Equal(new Sentence("Something new.", "Something new."), RuleSentences.Of(new("New", "Something new.")));

    private static IReadOnlyList<SpecificationProblem> Check(CourseTemplate template, params Dataset[] datasets)
    {
        var environment = TestCourse.Environment("student01");
        return SpecificationRules.Check(environment, new() { Key = environment.Key, Environment = environment, Templates = [template], Datasets = datasets });
    }

    private static void AssertTold(string french, IReadOnlyList<SpecificationProblem> problems)
    {
        var told = problems.Select(RuleSentences.Of).ToList();
        Assert.Contains(french, told.Select(sentence => sentence.French.Replace('\u00a0', ' ')));
        Assert.All(told, sentence => Assert.DoesNotContain("spec.", sentence.English, StringComparison.Ordinal));
        Assert.All(told, sentence => Assert.NotEqual(sentence.French, sentence.English));
    }
}
