using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using Site = MesoNet.IAaS.UnitTests.Planning.Capacity.Site;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>What a student reads while a pod is on its way, by the pod's state and its Events.</summary>
public sealed class WaitSentencesTests
{
    private static readonly Instant InLesson = Instant.FromUtc(2026, 11, 23, 13, 30);

    private static readonly ClassroomEnvironment Course = Site.Course("intro", "pytorch", 0, 1, Site.Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00"));

    private static readonly ObservedPod OnNode = Pod("node1");

    [Theory]
    [InlineData(10, "depuis moins d’une minute", "for less than a minute")]
    [InlineData(70, "depuis 1\u00a0minute", "for 1\u00a0minute")]
    [InlineData(150, "depuis 2\u00a0minutes", "for 2\u00a0minutes")]
    [InlineData(3 * 3600, "depuis 3\u00a0heures", "for 3\u00a0hours")]
    // A node's clock may be ahead.
    [InlineData(-30, "depuis moins d’une minute", "for less than a minute")]
    public void An_image_is_fetched_and_since_when(int secondsAgo, string french, string english)
    {
        Assert.Equal($"L’image du cours est en cours de téléchargement {french}.", Told(OnNode, Event("Pulling", secondsAgo)));
        Assert.Equal($"The course’s image has been downloading {english}.", Told(OnNode, Language.English, Event("Pulling", secondsAgo)));
    }

    [Fact]
    public void An_image_that_is_there_is_told_in_whatever_order_the_Events_come()
    {
        const string there = "L’image du cours est sur la machine\u00a0; JupyterLab va démarrer.";
        Assert.Equal(there, Told(OnNode, Event("Pulled", 20), Event("Pulling", 100)));
        Assert.Equal(there, Told(OnNode, Event("Pulling", 20), Event("Pulled", 20)));
        // Where it was there before nothing is pulled; a mount that failed at first has come right then.
        Assert.Equal(there, Told(OnNode, Event("FailedMount", 60), Event("Pulled", 20)));
        // Another container, another pull.
        Assert.Contains("téléchargement", Told(OnNode, Event("Pulled", 100), Event("Pulling", 20)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_cannot_be_fetched_is_tried_again()
    {
        const string again = "L’image du cours n’a pas pu être téléchargée\u00a0; la machine réessaie d’elle-même.";
        Assert.Equal(again, Told(OnNode, Event("Pulling", 30), Event("Failed", 20)));
        // The pod's own state says the same, and before its Events are in.
        Assert.Equal(again, Told(OnNode with { Status = new() { ContainerStatuses = [new() { Name = "notebook", State = new() { Waiting = new() { Reason = "ErrImagePull" } } }] } }));
        Assert.Contains("téléchargement", Told(OnNode, Event("Failed", 20), Event("Pulling", 5)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_that_cannot_be_mounted_is_told_once_it_lasts()
    {
        const string usual = "Une machine lui est attribuée\u00a0: elle prépare l’image et les fichiers.";
        Assert.Equal(usual, Told(OnNode));
        Assert.Equal(usual, Told(OnNode, Event("FailedMount", 2)));
        Assert.Equal("La machine ne peut pas encore accéder aux fichiers, depuis 3\u00a0minutes\u00a0; elle réessaie d’elle-même.", Told(OnNode, Event("FailedMount", 200)));
        Assert.Contains("accéder aux fichiers", Told(OnNode, Event("FailedAttachVolume", 30)), StringComparison.Ordinal);
        Assert.Equal("mount.nfs: timed out", PodWait.Of(OnNode, [Event("FailedMount", 200) with { Message = "mount.nfs: timed out" }], InLesson.ToDateTimeOffset())?.Detail);
    }

    [Fact]
    public void Where_no_machine_has_room_the_place_in_the_queue_is_told()
    {
        var waiting = Pod(null);
        Assert.Equal("Il est n°\u00a03 dans la file d’attente des machines.", Told(waiting));
        Assert.Equal("Aucune machine n’a de place pour l’instant\u00a0; il est n°\u00a03 dans la file d’attente des machines.", Told(Refused(30)));
        Assert.Equal("Aucune machine n’a de place depuis 4\u00a0minutes\u00a0; il est n°\u00a03 dans la file d’attente des machines.", Told(Refused(250)));
        Assert.Equal("No machine has had room for 4\u00a0minutes; it is number 3 in the queue for machines.", Told(Refused(250), Language.English));
        // While a new claim is bound, no machine is found either: nothing to alarm anybody with.
        Assert.Equal("Il est n°\u00a03 dans la file d’attente des machines.", Told(Refused(3)));
        Assert.Equal("Il est n°\u00a03 dans la file d’attente des machines.", Told(waiting, Event("FailedScheduling", 3)));
        Assert.Contains("Aucune machine", Told(waiting, Event("FailedScheduling", 30)), StringComparison.Ordinal);
        Assert.Equal(
            "Une machine lui fait de la place\u00a0; cela prend une à deux minutes.", Told(Refused(30) with { Status = Refused(30).Status! with { NominatedNodeName = "node1" } }));
    }

    [Fact]
    public void A_JupyterLab_that_does_not_answer_is_told_once_that_lasts()
    {
        ObservedPod Running(int secondsAgo) => OnNode with
        {
            Status = new() { ContainerStatuses = [new() { Name = "notebook", State = new() { Running = new() { StartedAt = InLesson.ToDateTimeOffset().AddSeconds(-secondsAgo) } } }] },
        };
        Assert.Equal("Encore quelques secondes.", Told(Running(5), Event("Started", 5)));
        Assert.Equal("JupyterLab est lancé depuis 2\u00a0minutes et ne répond pas encore.", Told(Running(130)));
    }

    [Fact]
    public void Once_it_answers_or_ends_nothing_is_waited_for()
    {
        Assert.Null(Outlook(OnNode with { Status = new() { Conditions = [new() { Type = "Ready", Status = "True" }] } }, Event("Pulling", 30)).Wait);
        Assert.Null(Outlook(OnNode with { Metadata = OnNode.Metadata with { DeletionTimestamp = InLesson.ToDateTimeOffset() } }, Event("Pulling", 30)).Wait);
        Assert.Null(SeatOutlook.Of(Seat, null, [], new(Course, null, InLesson), () => 1).Wait);
    }

    [Fact]
    public void What_was_handed_in_is_text_on_the_students_page_and_in_one_line()
    {
        var seat = Seat with
        {
            Spec = Seat.Spec with { Visit = new() { By = "<b>teacher1</b>", At = InLesson.ToDateTimeOffset() } },
            Status = new()
            {
                HandedIn =
                [
                    new() { Lesson = "tp0", At = InLesson.ToDateTimeOffset(), Late = true },
                    new() { Lesson = "tp1", At = InLesson.ToDateTimeOffset(), Problem = "it changes\n\ndata: <script>" },
                ],
            },
        };
        var facts = SeatFacts.Render(seat, Outlook(OnNode), Language.French);
        var read = System.Net.WebUtility.HtmlDecode(facts);
        Assert.Contains("<dd>tp0, lundi 23 novembre à 14:30, en retard\u00a0: rangé à part", read, StringComparison.Ordinal);
        Assert.Contains("<dd>tp1, lundi 23 novembre à 14:30 <span class=\"problem\">rien n’a pu être récupéré</span><details><summary>Détail technique</summary><p lang=\"en\">it changes", read, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", facts, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", facts, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', facts);
    }

    [Fact]
    public void Where_a_mistake_in_the_course_keeps_seats_from_starting_no_start_is_promised()
    {
        var held = new Condition { Type = "SeatsMayStart", Status = "False", Reason = "DatasetNotReady", Message = "The course waits for the data set." };
        var asked = SeatOutlook.Of(Seat, null, [], new(Course, null, InLesson), () => 1, held);
        Assert.Equal((SeatStep.Failed, "DatasetNotReady", "The course waits for the data set."), (asked.Step, asked.Reason, asked.Detail));
        Assert.Equal("Votre enseignant peut voir pourquoi\u00a0; votre travail est conservé.", WaitingSentences.Sentence(asked, Language.French));
        Assert.Equal(SeatStep.Asked, SeatOutlook.Of(Seat, null, [], new(Course, null, InLesson), () => 1).Step);
        // What is on its way goes on.
        Assert.Equal(SeatStep.Preparing, SeatOutlook.Of(Seat, OnNode, [], new(Course, null, InLesson), () => 1, held).Step);
    }

    private static readonly Seat Seat = new() { Metadata = new() { Name = "intro-student01", Namespace = "course-intro" }, Spec = new() { Environment = "intro", Login = "student01" } };

    private static ObservedPod Pod(string? node) => new()
    {
        Metadata = new() { Name = "intro-student01", Namespace = "course-intro", Uid = "uid" }, Spec = new() { NodeName = node }, Status = new() { Phase = "Pending" },
    };

    private static ObservedPod Refused(int secondsAgo) => Pod(null) with
    {
        Status = new() { Conditions = [new() { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", LastTransitionTime = InLesson.ToDateTimeOffset().AddSeconds(-secondsAgo) }] },
    };

    private static PodEvent Event(string reason, int secondsAgo) =>
        new("uid", reason, InLesson.ToDateTimeOffset().AddSeconds(-secondsAgo), InLesson.ToDateTimeOffset().AddSeconds(-secondsAgo), null);

    private static SeatOutlook Outlook(ObservedPod pod, params PodEvent[] events) => SeatOutlook.Of(Seat, pod, events, new(Course, null, InLesson), () => 3);

    private static string Told(ObservedPod pod, params PodEvent[] events) => Told(pod, Language.French, events);

    private static string Told(ObservedPod pod, Language language, params PodEvent[] events) => WaitingSentences.Sentence(Outlook(pod, events), language);
}
