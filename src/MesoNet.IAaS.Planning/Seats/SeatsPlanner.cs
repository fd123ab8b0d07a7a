using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Planning.Submissions;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>What to do about a course's seats.</summary>
internal sealed record SeatsPlan
{
    /// <summary>Seats that are missing, or say something else than they should.</summary>
    public List<Seat> Apply { get; } = [];

    /// <summary>Pods to create.</summary>
    public List<Pod> Create { get; } = [];

    /// <summary>Pods to stop, and seats of students who left.</summary>
    public List<PlannedDeletion> Delete { get; } = [];

    /// <summary>Pods whose end has moved, or whose student's home is nearly full or is so no more, with the annotations that say so.</summary>
    public List<Pod> NewEnds { get; } = [];

    /// <summary>Pods to ask whether somebody works in them.</summary>
    public List<ObservedPod> Ask { get; } = [];

    /// <summary>Statuses to write.</summary>
    public List<PlannedSeatStatus> StatusChanges { get; } = [];

    /// <summary>Each seat by name: what it should be, and its state now, written or not.</summary>
    public Dictionary<string, (SeatDemand Demand, SeatHealth Health)> Seats { get; } = new(StringComparer.Ordinal);

    /// <summary>The homes that are near their quota or over it, by student.</summary>
    public Dictionary<EnrolledStudent, SeatHome> Homes { get; } = [];

    /// <summary>When something changes though nothing happens.</summary>
    public DateTimeOffset? NextLookAt { get; private set; }

    /// <summary>Notes that a pod is to be stopped, now or later.</summary>
    public void Stop(PodStop stop)
    {
        if (stop.Delete is not null) Delete.Add(stop.Delete);
        LookAt(stop.At);
    }

    /// <summary>Notes a moment to look again.</summary>
    public void LookAt(DateTimeOffset? moment)
    {
        if (moment is not null && (NextLookAt is null || moment < NextLookAt)) NextLookAt = moment;
    }
}

/// <summary>One seat and, while it should run, one pod per student.</summary>
internal static class SeatsPlanner
{
    /// <summary>The deletion of those pods that may not run at this stage of their students, whatever else is wrong with the course.</summary>
    /// <param name="timetable">The timetable that is followed.</param>
    /// <param name="template">The template, which says whether seats may run while the course rests; null where it is gone, and nobody knows.</param>
    /// <param name="observed">The world.</param>
    /// <param name="now">The moment.</param>
    public static IEnumerable<PlannedDeletion> StopUntimely(CourseTimetable timetable, CourseTemplate? template, ObservedEnvironment observed, Instant now)
    {
        var runsWhileResting = !timetable.IsSuspended && (template is null || Timing.Of(template.Spec.Timing).RestingOnDemand);
        var seats = observed.Seats.ToDictionary(seat => seat.Metadata.Name!, seat => seat.Spec, StringComparer.Ordinal);
        return PodsOf(observed)
            .Where(pod => pod.Metadata.DeletionTimestamp is null && seats.GetValueOrDefault(pod.Metadata.Name!) is { } seat && !MayRun(pod, timetable.ForSeat(seat.Group, seat.HandInUntil).At(now)))
            .Select(pod => PlannedDeletion.Of(pod, "its seat should not run now"));

        bool MayRun(ObservedPod pod, StagePeriod period) => period.HasLessonResources
            || (SeatPod.PurposeOf(pod) == SeatPurpose.HandIn && (period.Stage == Stage.HandIn || (period.Stage == Stage.Resting && runsWhileResting)));
    }

    /// <summary>The students' timetables, extensions included.</summary>
    public static IEnumerable<SeatTimetable> TimetablesOf(Course course, ObservedEnvironment observed)
    {
        var extensions = observed.Seats.Where(seat => seat.Spec.HandInUntil is not null).ToDictionary(seat => seat.Metadata.Name!, seat => seat.Spec.HandInUntil, StringComparer.Ordinal);
        return course.Students.Select(student => course.Timetable.ForSeat(student.Group, extensions.GetValueOrDefault(student.SeatName))).Distinct();
    }

    /// <summary>The same, of those who have seats, where the roster cannot be trusted.</summary>
    public static IEnumerable<SeatTimetable> TimetablesOf(CourseTimetable timetable, ObservedEnvironment observed) =>
        observed.Seats.Select(seat => timetable.ForSeat(seat.Spec.Group, seat.Spec.HandInUntil)).Distinct();

    /// <summary>Whether seats' pods are left that were made from an older plan: they keep what that one named.</summary>
    public static bool IsOlderPlanInUse(Course course, ObservedEnvironment observed, MaterialsPlan materials)
    {
        var current = PodPlans(course, materials);
        return PodsOf(observed).Any(pod => !PodDiagnosis.HasEnded(pod) && !NotebookPod.IsMadeFrom(pod, current(SeatPod.PurposeOf(pod)).Hash));
    }

    public static SeatsPlan Plan(Course course, ObservedEnvironment observed, MaterialsPlan materials, SubmissionsPlan submissions, FitAnswer fit, Instant now)
    {
        var pods = PodsOf(observed).ToDictionary(pod => pod.Metadata.Name!, StringComparer.Ordinal);
        var seats = observed.Seats.ToDictionary(seat => seat.Metadata.Name!, StringComparer.Ordinal);
        var pass = new Pass(course, materials, submissions, Tokens.AreReady(course, observed), new(observed), PodPlans(course, materials), fit, now);
        var plan = new SeatsPlan();
        foreach (var situation in Situations(course, observed, seats, pods, now)) PlanSeat(situation.Student, situation.Seat, pass, plan);

        plan.Delete.AddRange(pods.Values.Where(pod => pod.Metadata.DeletionTimestamp is null && !plan.Seats.ContainsKey(pod.Metadata.Name!))
            .Select(pod => PlannedDeletion.Of(pod, "its student is no longer on the roster")));
        plan.Delete.AddRange(seats.Values.Where(seat => seat.Metadata.DeletionTimestamp is null && !plan.Seats.ContainsKey(seat.Metadata.Name!))
            .Select(seat => PlannedDeletion.Of(seat, "its student is no longer on the roster")));
        return plan;
    }

    /// <summary>What all seats of one pass have in common.</summary>
    private sealed record Pass(
        Course Course, MaterialsPlan Materials, SubmissionsPlan Submissions, bool AreTokensReady, NodePreference Preference, Func<SeatPurpose, SeatPodPlan> PodPlanOf, FitAnswer Fit, Instant Now)
    {
        public DateTimeOffset Moment { get; } = Now.ToDateTimeOffset();

        public HomeQuota Quota { get; } = HomeQuota.Of(Course.Environment.Spec);
    }

    private static IEnumerable<(EnrolledStudent Student, SeatSituation Seat)> Situations(
        Course course, ObservedEnvironment observed, Dictionary<string, Seat> seats, Dictionary<string, ObservedPod> pods, Instant now)
    {
        var periods = new Dictionary<SeatTimetable, StagePeriod>();
        var quota = HomeQuota.Of(course.Environment.Spec);
        var students = course.Students.Select(student =>
        {
            var seat = seats.GetValueOrDefault(student.SeatName);
            var timetable = course.Timetable.ForSeat(student.Group, seat?.Spec.HandInUntil);
            if (!periods.TryGetValue(timetable, out var period)) periods[timetable] = period = timetable.At(now);
            return (Student: student, Seat: seat, Timetable: timetable, Period: period);
        }).ToList();
        var counts = students.Where(student => student.Period.HasLessonResources).CountBy(student => student.Period.Lesson ?? "").ToDictionary(StringComparer.Ordinal);
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (student, seat, timetable, period) in students)
        {
            var rank = 0;
            if (period.HasLessonResources) rank = ranks[period.Lesson ?? ""] = ranks.GetValueOrDefault(period.Lesson ?? "", -1) + 1;
            var pod = pods.GetValueOrDefault(student.SeatName);
            yield return (student, new(
                course, timetable, period, rank, counts.GetValueOrDefault(period.Lesson ?? "", 1), seat is not null && course.IsOfPredecessor(seat) ? null : seat, pod,
                pod is null ? null : observed.Answers.GetValueOrDefault(pod.Metadata.Uid!)) 
            {
                IsPredecessors = seat is not null && course.IsOfPredecessor(seat),
                Home = HomeRule.Known(quota, observed.Homes?.Use, student.SeatName, seat?.Status?.Home),
            });
        }
    }

    private static void PlanSeat(EnrolledStudent student, SeatSituation situation, Pass pass, SeatsPlan plan)
    {
        var (course, seat, pod) = (pass.Course, situation.Seat, situation.Pod);
        var demand = HomeRule.Heed(Reservation.Heed(SeatDemands.Of(situation, pass.Now), situation, pass.Fit), situation, pass.Quota, pass.Now);
        if (!situation.IsPredecessors && (seat is null || !IsAsWanted(seat, course, student))) plan.Apply.Add(BuildSeat(course, student));

        var runs = demand.Purpose != SeatPurpose.None;
        var mayStart = runs && seat is { Metadata.DeletionTimestamp: null } && pass.AreTokensReady && pass.Materials.PreparedHomes.Contains(student.SeatName);
        var podPlan = mayStart ? pass.PodPlanOf(demand.Purpose) : null;
        if (mayStart && pod is null) plan.Create.Add(SeatPod.Build(course, student, seat!, demand, podPlan!, pass.Preference.For(SeatPod.ResourcesOf(course, demand.Purpose), demand.Purpose == SeatPurpose.Lesson)));
        if (pod is { Metadata.DeletionTimestamp: null })
        {
            if (StopOf(pod, demand, podPlan, pass.Moment) is { } stop) plan.Stop(stop);
            else if (News(pod, demand, situation.Home, pass) is { } news) plan.NewEnds.Add(news);
            if (demand.Ask) plan.Ask.Add(pod);
        }

        plan.LookAt(demand.LookAgainAt?.ToDateTimeOffset());
        plan.LookAt(demand.Period.Until?.ToDateTimeOffset());
        // What is wrong with a newer version of the code keeps nobody out who has an older one, or is about to be given it.
        var materials = pass.Materials is { Problem: not null } failing && (failing.GivesLast || failing.PreparedHomes.Contains(student.SeatName)) ? failing with { Problem = null } : pass.Materials;
        var health = SeatHealth.Of(demand, pod, seat?.Status, materials, pass.Materials.PreparedHomes.Contains(student.SeatName) ? null : pass.Materials.MissingHomes.GetValueOrDefault(student.SeatName), pass.Moment).Noting(seat?.Spec.HandInUntil, pass.Moment);
        health = HomeSentences.In(health, demand, situation.Home, pass.Quota);
        plan.Seats[student.SeatName] = (demand, health);
        if (situation.Home is not null) plan.Homes[student] = situation.Home;
        if (seat is null) return;
        var home = HomeRule.Noted(demand, situation.Home);
        var (answers, taken) = (pass.Submissions.Answers.GetValueOrDefault(student.SeatName), pass.Submissions.Taken.GetValueOrDefault(student.SeatName));
        var isNews = answers is not null || taken is not null;
        if (IsWritten(seat, demand, health, home) && !isNews) return;
        if (health.WriteAt <= pass.Moment || demand.NoteAbsentFrom is not null || demand.NoteServed || home != seat.Status?.Home || isNews)
            plan.StatusChanges.Add(new(seat, StatusOf(seat, demand, health, home, pass.Moment) with { HandedIn = answers ?? seat.Status?.HandedIn, Taken = taken ?? seat.Status?.Taken }));
        else if (health.WriteAt < DateTimeOffset.MaxValue) plan.LookAt(health.WriteAt);
    }

    private static PodStop? StopOf(ObservedPod pod, SeatDemand demand, SeatPodPlan? podPlan, DateTimeOffset now)
    {
        if (demand.Purpose == SeatPurpose.None) return new(demand.Why == HomeRule.OverQuota ? HomeRule.StopOf(pod) : PlannedDeletion.Of(pod, "its seat should not run now"));
        if (SeatPod.PurposeOf(pod) != demand.Purpose && !PodDiagnosis.HasEnded(pod))
            return new(PlannedDeletion.Of(pod, demand.Purpose == SeatPurpose.Lesson ? "a lesson's takes its place" : "it has a lesson's resources, and the lesson is over"));
        return PodStop.ForAnother(pod, isOutdated: podPlan is not null && !NotebookPod.IsMadeFrom(pod, podPlan.Hash), now);
    }

    private static Func<SeatPurpose, SeatPodPlan> PodPlans(Course course, MaterialsPlan materials)
    {
        var known = new Dictionary<SeatPurpose, SeatPodPlan>();
        return purpose => known.TryGetValue(purpose, out var plan) ? plan : known[purpose] = SeatPod.PlanOf(course, purpose, materials.DocumentsPath);
    }

    private static IEnumerable<ObservedPod> PodsOf(ObservedEnvironment observed) =>
        observed.Pods.Where(pod => pod.Metadata.Label(Labels.Component) == SeatPod.Component);

    private static Seat BuildSeat(Course course, EnrolledStudent student) => new()
    {
        Metadata = course.Owned(student.SeatName, SeatPod.Component),
        Spec = SpecOf(course, student),
    };

    private static SeatSpec SpecOf(Course course, EnrolledStudent student) => new() { Environment = course.Name, Login = student.Login, Group = student.Group };

    // There are many seats, and each is looked at in each pass: compared as they are, not by way of JSON as the course's few objects.
    // What the teacher and the portal set in a seat is theirs.
    private static bool IsAsWanted(Seat seat, Course course, EnrolledStudent student) =>
        seat.Spec == SpecOf(course, student) with { HandInUntil = seat.Spec.HandInUntil, WantedUntil = seat.Spec.WantedUntil, HandIn = seat.Spec.HandIn, HandIns = seat.Spec.HandIns, Invitation = seat.Spec.Invitation, Visit = seat.Spec.Visit }
        && seat.Metadata.Label(Labels.ManagedBy) == Labels.Operator
        && seat.Metadata.Label(Labels.Component) == SeatPod.Component
        && seat.Metadata.Label(Labels.Environment) == course.Name
        && seat.Metadata.OwnerReferences is [{ Controller: true } owner] && owner.Uid == course.Environment.Metadata.Uid;

    // The notebook warns its student of the end and of a full home: a lesson that was lengthened must reach it, and so must a new quota and what is no more.
    private static Pod? News(ObservedPod pod, SeatDemand demand, SeatHome? home, Pass pass) => PodNews.For(
        pod,
        (Labels.EndsAt, demand.AwaitsItsTurn ? null : demand.EndsAt is { } endsAt ? NotebookPod.EndsAtOf(pass.Course.Zone, endsAt) : ""),
        (Labels.HomeQuota, pass.Quota.ForNotebook),
        (Labels.HomeUse, home is null ? "" : HomeSentences.ForNotebook(home, pass.Quota)));

    private static bool IsWritten(Seat seat, SeatDemand demand, SeatHealth health, SeatHome? home) =>
        seat.Status is { } known && known.State == health.State && known.Reason == health.Reason && known.Message == health.Sentence && known.Home == home
        && (demand.NoteAbsentFrom is not { } absent || known.AbsentFrom == absent)
        && (!demand.NoteServed || known.ServedUntil == seat.Spec.WantedUntil);

    private static SeatStatus StatusOf(Seat seat, SeatDemand demand, SeatHealth health, SeatHome? home, DateTimeOffset now) => new()
    {
        State = health.State,
        Reason = health.Reason,
        Message = health.Sentence,
        Since = seat.Status?.State == health.State ? seat.Status.Since : now,
        AbsentFrom = demand.NoteAbsentFrom ?? (seat.Status?.AbsentFrom is { } absent && absent == demand.Period.Lesson ? absent : null),
        ServedUntil = demand.NoteServed ? seat.Spec.WantedUntil : seat.Status?.ServedUntil,
        Home = home,
    };
}
